package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which further deployments a prune keeps, beside those that are protected.
 *
 * <p>It comes from {@code /etc/container-snap.toml} of the current deployment:
 *
 * <pre>
 * keep = 3        # the three newest further deployments stay
 * keep-days = 14  # what is younger than 14 days stays
 * </pre>
 *
 * Without {@code keep} none stays for being new. Without {@code keep-days} snapshots that
 * create-snapshot made stay for 7 days, since somebody may be at work in them, and what updates
 * made goes at once.
 *
 * @param keep how many of the newest stay
 * @param days for how many days every further deployment stays, if that was said
 */
public record RetentionPolicy(int keep, OptionalInt days) {
  static final String FILE = "container-snap.toml";
  static final RetentionPolicy DEFAULT = new RetentionPolicy(0, OptionalInt.empty());

  private static final int DAYS_FOR_SNAPSHOTS = 7;
  private static final int LARGEST_FILE = 64 * 1024;
  private static final int MOST = 36_500;

  /** The policy of {@code machine}; one that cannot be read is told of and left aside. */
  public static RetentionPolicy of(Machine machine) {
    Optional<Path> file =
        machine.current().map(id -> machine.layout().deployment(id).resolve("etc/" + FILE));
    if (file.isEmpty()) {
      return DEFAULT;
    }
    try {
      return read(machine.ports().files(), file.get());
    } catch (UnusablePolicyException e) {
      machine
          .progress()
          .notes(
              "warning: /etc/%s is ignored: %s; the default policy holds"
                  .formatted(FILE, e.getMessage()));
      return DEFAULT;
    }
  }

  private static RetentionPolicy read(SystemFiles files, Path file) throws UnusablePolicyException {
    Optional<SystemFiles.Seen> seen = files.look(file);
    if (seen.isEmpty()) {
      return DEFAULT;
    }
    // A link could lead out of the deployment, a pipe would be read for ever.
    if (seen.get().kind() != FileKind.FILE) {
      throw new UnusablePolicyException("it is %s".formatted(seen.get().kind().words()));
    }
    if (seen.get().size() > LARGEST_FILE) {
      throw new UnusablePolicyException("it is larger than %d bytes".formatted(LARGEST_FILE));
    }
    return parse(files.read(file, LARGEST_FILE).orElse(""));
  }

  /** Reads the text of a policy. */
  static RetentionPolicy parse(String text) throws UnusablePolicyException {
    JsonNode tree;
    try {
      tree = new TomlMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new UnusablePolicyException(
          "it is not TOML (line %d)"
              .formatted(e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
    }
    for (var field : tree.properties()) {
      if (!field.getKey().equals("keep") && !field.getKey().equals("keep-days")) {
        throw new UnusablePolicyException(
            "it has '%s', and only keep and keep-days are known"
                .formatted(printable(field.getKey())));
      }
    }
    return new RetentionPolicy(number(tree, "keep").orElse(0), number(tree, "keep-days"));
  }

  private static OptionalInt number(JsonNode tree, String key) throws UnusablePolicyException {
    JsonNode value = tree.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new UnusablePolicyException("%s is not a whole number up to %d".formatted(key, MOST));
    }
    if (value.intValue() < 0 || value.intValue() > MOST) {
      throw new UnusablePolicyException(
          "%s is %d, not between 0 and %d".formatted(key, value.intValue(), MOST));
    }
    return OptionalInt.of(value.intValue());
  }

  private static String printable(String name) {
    String plain = name.replaceAll("[^\\p{Graph} ]", "?");
    return plain.length() <= 40 ? plain : plain.substring(0, 40) + "…";
  }

  /** How long a further deployment stays at the least. */
  public Duration shortestStay(boolean snapshot) {
    return Duration.ofDays(days.orElse(snapshot ? DAYS_FOR_SNAPSHOTS : 0));
  }

  /** The file says nothing that could be followed. */
  static final class UnusablePolicyException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusablePolicyException(String why) {
      super(why);
    }
  }
}
