package io.github.containersnap.harness.updater;

import io.github.containersnap.loopback.disk.Filesystem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code updater.conf}: what an updater says of itself, in lines {@code key=value}. A line that is
 * empty or begins with {@code #} says nothing. Every key may be given several times but {@code
 * title}.
 *
 * @param title what reports call it
 * @param filesystems those that it can work on, the usual one first
 * @param subvolumes further empty subvolumes that it wants before it installs; directories where
 *     the filesystem has none
 * @param ignored patterns of paths in its roots that are not judged, such as logs
 * @param required programs that must be on the PATH, each perhaps with the package that has it
 */
public record UpdaterSettings(
    Optional<String> title,
    List<Filesystem> filesystems,
    List<String> subvolumes,
    List<String> ignored,
    List<RequiredProgram> required) {
  /** The name of the file. */
  public static final String FILE = "updater.conf";

  /** Of an updater that says nothing. */
  public static final UpdaterSettings NONE =
      new UpdaterSettings(
          Optional.empty(), List.of(Filesystem.BTRFS), List.of(), List.of(), List.of());

  private static final long LARGEST = 64 << 10;
  private static final int LONGEST_TITLE = 60;
  private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}");

  private static final Pattern SUBVOLUME = Pattern.compile("@?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  public UpdaterSettings {
    filesystems = List.copyOf(filesystems);
    subvolumes = List.copyOf(subvolumes);
    ignored = List.copyOf(ignored);
    required = List.copyOf(required);
  }

  /**
   * A program that the updater's own programs call.
   *
   * @param name what is looked for on the PATH
   * @param packageName the package that has it
   */
  public record RequiredProgram(String name, String packageName) {
    /** Whether it is on the PATH. */
    public boolean isInstalled() {
      return Pattern.compile(":")
          .splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
          .filter(place -> !place.isEmpty())
          .anyMatch(place -> Files.isExecutable(Path.of(place, name)));
    }
  }

  /**
   * The settings of an updater.
   *
   * @param directory its programs
   * @throws UnusableSettingsException if its file is not as described
   */
  public static UpdaterSettings of(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return NONE;
    }
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        throw new UnusableSettingsException(
            "%s is not a file of at most %d bytes.".formatted(file, LARGEST));
      }
      return new SettingsReader(file).read(Files.readAllLines(file));
    } catch (MalformedInputException notText) {
      throw new UnusableSettingsException("%s is not UTF-8 text.".formatted(file));
    } catch (IOException e) {
      throw new UnusableSettingsException("%s cannot be read: %s.".formatted(file, e.getMessage()));
    }
  }

  /** Whether what lies at a path of a root, and below it, is not judged. */
  public Predicate<String> ignores() {
    List<PathMatcher> matchers = ignored.stream().map(UpdaterSettings::matcher).toList();
    return matchers.isEmpty()
        ? path -> false
        : path -> matchers.stream().anyMatch(each -> each.matches(Path.of(path)));
  }

  /** A pattern without a slash is of a name, in any directory; another one is from the root. */
  private static PathMatcher matcher(String pattern) {
    String glob = pattern.startsWith("/") ? pattern.substring(1) : pattern;
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    return pattern.indexOf('/') >= 0
        ? matcher
        : path -> Optional.ofNullable(path.getFileName()).filter(matcher::matches).isPresent();
  }

  /** Reads the lines of one file. */
  private static final class SettingsReader {
    private final Path file;
    private Optional<String> title = Optional.empty();
    private final List<Filesystem> filesystems = new ArrayList<>();
    private final List<String> subvolumes = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final List<RequiredProgram> required = new ArrayList<>();

    SettingsReader(Path file) {
      this.file = file;
    }

    UpdaterSettings read(List<String> lines) {
      for (int number = 1; number <= lines.size(); number++) {
        String line = lines.get(number - 1).strip();
        if (!line.isEmpty() && !line.startsWith("#")) {
          take(number, line);
        }
      }
      return new UpdaterSettings(
          title,
          filesystems.isEmpty() ? NONE.filesystems : filesystems,
          subvolumes,
          ignored,
          required);
    }

    private void take(int number, String line) {
      int equals = line.indexOf('=');
      String value = equals < 0 ? "" : line.substring(equals + 1).strip();
      if (value.isEmpty()) {
        throw wrong(number, "needs key=value, not '%.80s'".formatted(line));
      }
      switch (line.substring(0, equals).strip()) {
        case "title" -> title(number, value);
        case "filesystem" -> words(value, "[ ,|]+").forEach(word -> filesystem(number, word));
        case "subvolumes" -> words(value, "[ ,]+").forEach(word -> subvolume(number, word));
        case "ignore" -> ignore(number, value);
        case "requires" -> words(value, "[ ,]+").forEach(word -> require(number, word));
        default ->
            throw wrong(
                number,
                "has a key that is not title, filesystem, subvolumes, ignore or requires: '%.80s'"
                    .formatted(line));
      }
    }

    private static List<String> words(String value, String between) {
      return Pattern.compile(between).splitAsStream(value).toList();
    }

    private void title(int number, String value) {
      if (title.isPresent() || value.length() > LONGEST_TITLE || hasControls(value)) {
        throw wrong(number, "needs one title of at most %d characters".formatted(LONGEST_TITLE));
      }
      title = Optional.of(value);
    }

    private void filesystem(int number, String name) {
      Filesystem filesystem =
          Filesystem.named(name)
              .orElseThrow(
                  () ->
                      wrong(
                          number, "names '%.20s'; btrfs, ext4 and xfs are known".formatted(name)));
      if (!filesystems.contains(filesystem)) {
        filesystems.add(filesystem);
      }
    }

    private void subvolume(int number, String name) {
      if (!SUBVOLUME.matcher(name).matches()) {
        throw wrong(number, "needs names such as @var, not '%.80s'".formatted(name));
      }
      subvolumes.add(name);
    }

    private void ignore(int number, String pattern) {
      try {
        PathMatcher _ = matcher(pattern);
      } catch (PatternSyntaxException malformed) {
        throw wrong(number, "has a pattern that cannot be read: '%.80s'".formatted(pattern));
      }
      if (hasControls(pattern)) {
        throw wrong(number, "has a pattern with control characters");
      }
      ignored.add(pattern);
    }

    /** PROGRAM, or PROGRAM:PACKAGE where the package has another name. */
    private void require(int number, String word) {
      int colon = word.indexOf(':');
      String program = colon < 0 ? word : word.substring(0, colon);
      String packageName = colon < 0 ? word : word.substring(colon + 1);
      if (!PROGRAM.matcher(program).matches() || !PROGRAM.matcher(packageName).matches()) {
        throw wrong(number, "needs PROGRAM or PROGRAM:PACKAGE, not '%.80s'".formatted(word));
      }
      required.add(new RequiredProgram(program, packageName));
    }

    private static boolean hasControls(String text) {
      return text.chars().anyMatch(Character::isISOControl);
    }

    private UnusableSettingsException wrong(int number, String what) {
      return new UnusableSettingsException("%s, line %d, %s.".formatted(file, number, what));
    }
  }

  /** The file of an updater is not as described. */
  public static final class UnusableSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableSettingsException(String message) {
      super(message);
    }
  }
}
