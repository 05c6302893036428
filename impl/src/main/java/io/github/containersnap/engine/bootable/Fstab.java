package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.port.SystemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where an fstab(5) has something mounted.
 *
 * @param entries in the file's order
 */
public record Fstab(List<Entry> entries) {
  private static final int LARGEST_FILE = 1 << 20;
  private static final String NO_AUTO = "noauto";

  /**
   * To libmount only a newline ends a line, and only these end a field; Java knows more of both,
   * some of which are bytes of letters.
   */
  private static final Pattern BLANKS = Pattern.compile("[ \t]+");

  /** Names of plain letters; fstab(5) writes blanks and the like as octal numbers. */
  private static final Pattern PLAIN = Pattern.compile("(?:/[A-Za-z0-9_@%+=:,.-]+)+/?");

  /** What lies below these is on another filesystem, or is made while the system runs. */
  private static final List<String> NOT_OF_THE_ROOT =
      List.of("var/", "home/", "root/", "srv/", "tmp/", "run/", "dev/", "proc/", "sys/");

  /**
   * An entry.
   *
   * @param mountPoint as the file names it
   * @param options what the mount is told
   */
  public record Entry(String mountPoint, List<String> options) {
    public Entry {
      options = List.copyOf(options);
    }
  }

  public Fstab {
    entries = List.copyOf(entries);
  }

  /** The text of the one in {@code etc}, a character for each byte; empty if there is none. */
  public static Optional<String> text(SystemFiles files, Path etc) {
    return files
        .readBytes(etc.resolve("fstab"), LARGEST_FILE)
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** The one in {@code etc}; without entries if there is none. */
  public static Fstab in(SystemFiles files, Path etc) {
    return of(text(files, etc).orElse(""));
  }

  /** Reads the file's text; a line that is not an entry says nothing. */
  public static Fstab of(String text) {
    return new Fstab(
        Stream.of(text.split("\n", -1))
            .map(line -> BLANKS.split(line.replaceFirst("^[ \t]+", ""), 5))
            .filter(fields -> fields.length > 1 && !fields[0].startsWith("#"))
            .filter(fields -> !fields[1].isEmpty())
            .map(fields -> new Entry(fields[1], options(fields)))
            .toList());
  }

  private static List<String> options(String[] fields) {
    return fields.length > 3 ? Arrays.asList(fields[3].split(",", -1)) : List.of();
  }

  /** Where it mounts something, as the file names it, in its order. */
  public List<String> mountPoints() {
    return entries.stream().map(Entry::mountPoint).toList();
  }

  /** Whether it names {@code directory}, in exactly these letters. */
  public boolean mounts(String directory) {
    return mountPoints().contains(directory);
  }

  /**
   * The directories that a root itself must have for what is mounted at every boot, relative to the
   * root. Systemd makes a missing one only where the root is writable; otherwise the mount fails,
   * and the boot with it.
   */
  public List<String> directoriesOfTheRoot() {
    return entries.stream()
        .filter(entry -> !entry.options().contains(NO_AUTO))
        .map(Entry::mountPoint)
        .filter(path -> PLAIN.matcher(path).matches())
        .map(path -> path.replaceAll("^/|/$", ""))
        .filter(path -> Arrays.stream(path.split("/", -1)).noneMatch(".."::equals))
        .filter(path -> NOT_OF_THE_ROOT.stream().noneMatch(path::startsWith))
        .distinct()
        .toList();
  }
}
