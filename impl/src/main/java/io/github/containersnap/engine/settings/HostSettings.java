package io.github.containersnap.engine.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an administrator has set in {@code /etc/container-snap.toml} of the current deployment:
 *
 * <pre>
 * keep = 3                   # the three newest further deployments stay
 * keep-days = 14             # what is younger than 14 days stays
 * health-check-timeout = 60  # seconds that each health check may run
 * update-days = "Sat,Sun"    # when unattended updates may happen, as systemd writes days
 * update-hours = "02:00-05:00"
 * update-apply = true        # unattended updates restart the machine at once
 * update-failed-trials = 3   # none after three systems in a row that did not come up; 0: no limit
 * </pre>
 *
 * <p>Reading it never fails: an update prunes after its commit point, and a boot is blessed, and
 * neither may fail because of a typing error. A key that is not known is a warning, and the other
 * keys count. So is a value that is malformed: its key has the default. A file that is not TOML, or
 * not a file, leaves every key its default. Each warning names the file, the line and the key. The
 * window is different: if it cannot be read, there are no unattended updates.
 *
 * @param retention what a prune keeps
 * @param healthCheckTimeout how long each health check may run
 * @param unattended how updates are made that nobody watches
 */
public record HostSettings(
    RetentionPolicy retention, Duration healthCheckTimeout, UnattendedSettings unattended) {
  /** The name of the file in /etc. */
  static final String FILE = "container-snap.toml";

  static final int MOST_KEPT = 36_500;

  /** In seconds. A trial ends after ten minutes, however long its checks may run. */
  static final int LONGEST_TIMEOUT = 3600;

  private static final String KEEP = "keep";
  private static final String KEEP_DAYS = "keep-days";
  private static final String TIMEOUT = "health-check-timeout";
  private static final String DAYS = "update-days";
  private static final String HOURS = "update-hours";
  private static final String APPLY = "update-apply";
  private static final String FAILED_TRIALS = "update-failed-trials";
  private static final Set<String> KEYS =
      new TreeSet<>(Set.of(KEEP, KEEP_DAYS, TIMEOUT, DAYS, HOURS, APPLY, FAILED_TRIALS));

  private static final int MOST_TRIALS = 100;

  private static final int DEFAULT_TIMEOUT = 60;
  private static final int LARGEST_FILE = 64 * 1024;
  private static final int MOST_WARNINGS = 10;
  private static final int LONGEST_NAME = 40;

  /** With the usual settings for what nobody watches. */
  HostSettings(RetentionPolicy retention, Duration healthCheckTimeout) {
    this(retention, healthCheckTimeout, UnattendedSettings.USUAL);
  }

  /**
   * What a text says.
   *
   * @param settings the settings, with defaults for what it does not say
   * @param warnings what in it is ignored, a sentence without a full stop each
   */
  record Reading(HostSettings settings, List<String> warnings) {
    Reading {
      warnings = List.copyOf(warnings);
    }
  }

  /** The settings of {@code machine}, whose progress hears of what is ignored. */
  public static HostSettings of(Machine machine) {
    Optional<Path> file =
        machine.current().map(id -> machine.layout().deployment(id).resolve("etc/" + FILE));
    Reading reading = file.map(it -> read(machine.ports().files(), it)).orElseGet(() -> parse(""));
    reading.warnings().forEach(it -> machine.progress().notes("warning: /etc/" + FILE + it));
    return reading.settings();
  }

  private static Reading read(SystemFiles files, Path file) {
    Optional<SystemFiles.Seen> seen = files.look(file);
    if (seen.isEmpty()) {
      return parse("");
    }
    // A link could lead out of the deployment, a pipe would be read for ever.
    if (seen.get().kind() != FileKind.FILE) {
      return ignored("it is %s".formatted(seen.get().kind().words()));
    }
    if (seen.get().size() > LARGEST_FILE) {
      return ignored("it is larger than %d bytes".formatted(LARGEST_FILE));
    }
    return parse(files.read(file, LARGEST_FILE).orElse(""));
  }

  private static Reading ignored(String why) {
    HostSettings usual = new Reader("", MissingNode.getInstance()).settings();
    UnattendedSettings none =
        new UnattendedSettings(
            Optional.empty(), Optional.of("/etc/" + FILE + " cannot be read: " + why), false, 0);
    return new Reading(
        new HostSettings(usual.retention(), usual.healthCheckTimeout(), none),
        List.of(" is ignored: %s; every setting has its default".formatted(why)));
  }

  /** Reads the text of the file. */
  static Reading parse(String text) {
    try {
      Reader reader = new Reader(text, new TomlMapper().readTree(text));
      reader.warnOfUnknownKeys();
      HostSettings settings = reader.settings();
      return new Reading(settings, reader.warnings);
    } catch (JsonProcessingException e) {
      return ignored(
          "it is not TOML (line %d)"
              .formatted(e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
    }
  }

  private static final class Reader {
    private final String text;
    private final JsonNode tree;
    private final List<String> warnings = new ArrayList<>();

    Reader(String text, JsonNode tree) {
      this.text = text;
      this.tree = tree;
    }

    void warnOfUnknownKeys() {
      for (var field : tree.properties()) {
        if (!KEYS.contains(field.getKey()) && warnings.size() < MOST_WARNINGS) {
          warnings.add(
              "%s: '%s' is not a setting and is ignored; there are %s"
                  .formatted(
                      line(field.getKey()), printable(field.getKey()), String.join(", ", KEYS)));
        }
      }
    }

    HostSettings settings() {
      return new HostSettings(
          new RetentionPolicy(
              number(KEEP, 0, MOST_KEPT, "0").orElse(0),
              number(KEEP_DAYS, 0, MOST_KEPT, "7 for snapshots")),
          Duration.ofSeconds(
              number(TIMEOUT, 1, LONGEST_TIMEOUT, String.valueOf(DEFAULT_TIMEOUT))
                  .orElse(DEFAULT_TIMEOUT)),
          unattended());
    }

    private UnattendedSettings unattended() {
      int trials =
          number(
                  FAILED_TRIALS,
                  0,
                  MOST_TRIALS,
                  String.valueOf(UnattendedSettings.USUAL_FAILED_TRIALS))
              .orElse(UnattendedSettings.USUAL_FAILED_TRIALS);
      boolean apply = isTrue(APPLY);
      if (tree.get(DAYS) == null && tree.get(HOURS) == null) {
        return new UnattendedSettings(Optional.empty(), Optional.empty(), apply, trials);
      }
      Optional<UpdateWindow> window =
          UpdateWindow.of(text(DAYS, "Mon..Sun"), text(HOURS, "00:00-00:00"));
      if (window.isPresent()) {
        return new UnattendedSettings(window, Optional.empty(), apply, trials);
      }
      String problem =
          "%s and %s are not a window such as \"Sat,Sun\" and \"02:00-05:00\""
              .formatted(DAYS, HOURS);
      warnings.add(
          "%s: %s; there are no unattended updates"
              .formatted(line(tree.get(DAYS) == null ? HOURS : DAYS), problem));
      return new UnattendedSettings(
          Optional.empty(), Optional.of("in /etc/" + FILE + ", " + problem), apply, trials);
    }

    /** The text of a key, or "" if it is something else; {@code otherwise} if there is none. */
    private String text(String key, String otherwise) {
      JsonNode value = tree.get(key);
      return value == null ? otherwise : value.isTextual() ? value.textValue() : "";
    }

    private boolean isTrue(String key) {
      JsonNode value = tree.get(key);
      if (value != null && !value.isBoolean()) {
        warnings.add("%s: %s is not true or false; false holds".formatted(line(key), key));
      }
      return value != null && value.asBoolean(false) && value.isBoolean();
    }

    private OptionalInt number(String key, int least, int most, String otherwise) {
      JsonNode value = tree.get(key);
      if (value == null) {
        return OptionalInt.empty();
      }
      if (value.isIntegralNumber()
          && value.canConvertToInt()
          && value.intValue() >= least
          && value.intValue() <= most) {
        return OptionalInt.of(value.intValue());
      }
      warnings.add(
          "%s: %s is not a whole number from %d to %d; the default holds, %s"
              .formatted(line(key), key, least, most, otherwise));
      return OptionalInt.empty();
    }

    /** Where {@code key} stands, as far as that is plain: the parser does not say. */
    private String line(String key) {
      Pattern begins = Pattern.compile("[\\s\\[\"']*" + Pattern.quote(key) + "[\\s\\]\"'.=].*");
      List<String> lines = text.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (begins.matcher(lines.get(i)).matches()) {
          return ", line " + (i + 1);
        }
      }
      return "";
    }
  }

  private static String printable(String name) {
    String plain = name.replaceAll("[^\\p{Graph} ]", "?");
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
  }
}
