package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fstab(5) of a host, and what becomes of it when the host is adopted. A line that need not
 * change keeps its bytes.
 *
 * @param text the host's, one character for each byte
 */
record AdoptedFstab(String text) {
  private static final String VAR = "/var";
  private static final String ROOT = "/";

  /**
   * What precedes the options, the options, which may be missing, and the rest of the line, which
   * may hold any byte: some letters in UTF-8 have one that is a blank or the end of a line to Java,
   * and none to libmount.
   */
  private static final Pattern ENTRY =
      Pattern.compile(
          "([ \t]*([^# \t][^ \t]*)[ \t]+([^ \t]+)[ \t]+([^ \t]+)[ \t]*)([^ \t]*)(.*)",
          Pattern.DOTALL);

  private record Entry(
      String before, String source, String mountPoint, String type, String options, String after) {
    static Optional<Entry> of(String line) {
      Matcher matcher = ENTRY.matcher(line);
      return matcher.matches()
          ? Optional.of(
              new Entry(
                  matcher.group(1),
                  matcher.group(2),
                  matcher.group(3),
                  matcher.group(4),
                  matcher.group(5),
                  matcher.group(6)))
          : Optional.empty();
    }

    Optional<String> option(String name) {
      return Arrays.stream(options.split(",", -1))
          .filter(it -> it.startsWith(name + "="))
          .map(it -> it.substring(name.length() + 1))
          .reduce((_, last) -> last);
    }

    /** The line with another subvolume, or, where none is given, without any. */
    String with(Optional<String> subvolume) {
      List<String> all = new ArrayList<>();
      Arrays.stream(options.split(",", -1))
          .filter(it -> !it.startsWith("subvol=") && !it.startsWith("subvolid="))
          .filter(it -> !it.isEmpty())
          .forEach(all::add);
      subvolume.ifPresent(it -> all.add("subvol=" + it));
      String blank = before.endsWith(type) ? " " : "";
      return before + blank + (all.isEmpty() ? "defaults" : String.join(",", all)) + after;
    }
  }

  /** What the file says of /var. */
  sealed interface Var {
    /** Nothing: it lies in the root. */
    record InRoot() implements Var {}

    /** A subvolume of the btrfs of the root, as a path from the top level. */
    record Subvolume(String path) implements Var {}

    /** A subvolume, of which the file says only the number. */
    record Numbered() implements Var {}

    /** Another filesystem. */
    record Elsewhere(String source) implements Var {}
  }

  /** The one in a host's /etc; an empty one if there is none. */
  static AdoptedFstab in(SystemFiles files, Path etc) {
    return new AdoptedFstab(Fstab.text(files, etc).orElse(""));
  }

  /**
   * A line ends at a newline alone, as libmount reads it; what follows the last one may be empty.
   */
  private Stream<String> lines() {
    String[] all = text.split("\n", -1);
    return Arrays.stream(
        all, 0, text.isEmpty() || text.endsWith("\n") ? all.length - 1 : all.length);
  }

  /** Where it mounts something, in its order. */
  List<String> mountPoints() {
    return entries().stream().map(Entry::mountPoint).toList();
  }

  private List<Entry> entries() {
    return lines().map(Entry::of).flatMap(Optional::stream).toList();
  }

  /**
   * Where it has /var from.
   *
   * @param filesystem the UUID of the root's btrfs
   */
  Var var(String filesystem) {
    Optional<Entry> entry =
        entries().stream().filter(it -> it.mountPoint().equals(VAR)).reduce((_, last) -> last);
    if (entry.isEmpty()) {
      return new Var.InRoot();
    }
    Entry found = entry.get();
    boolean otherUuid =
        found.source().startsWith("UUID=")
            && !found.source().substring("UUID=".length()).equalsIgnoreCase(filesystem);
    if (!found.type().equals("btrfs") || otherUuid) {
      return new Var.Elsewhere(found.source());
    }
    return found
        .option("subvol")
        .map(it -> it.replaceAll("^/+|/+$", ""))
        .<Var>map(Var.Subvolume::new)
        .orElseGet(Var.Numbered::new);
  }

  /**
   * The text for the adopted system. The root's entry names no subvolume: the boot menu does. /var
   * is {@code @var}. What was made a shared subvolume is mounted, and /tmp, which a read-only root
   * could not hold, is a tmpfs unless the file mounts it already.
   *
   * @param filesystem the UUID of the root's btrfs
   * @param shared the shared directories, besides /var, that were made of directories of the root
   */
  String adopted(String filesystem, List<String> shared) {
    String kept =
        lines()
            .map(line -> Entry.of(line).flatMap(AdoptedFstab::adopted).orElse(line))
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    StringBuilder all = new StringBuilder(kept);
    if (!mountPoints().contains(VAR)) {
      all.append(line(filesystem, "var"));
    }
    shared.forEach(name -> all.append(line(filesystem, name)));
    if (!mountPoints().contains("/tmp")) {
      all.append("tmpfs /tmp tmpfs mode=1777,nosuid,nodev 0 0\n");
    }
    return all.toString();
  }

  /** What an entry becomes that has to change. */
  private static Optional<String> adopted(Entry entry) {
    return switch (entry.mountPoint()) {
      case ROOT -> Optional.of(entry.with(Optional.empty()));
      case VAR -> Optional.of(entry.with(Optional.of("@var")));
      default -> Optional.empty();
    };
  }

  private static String line(String filesystem, String name) {
    return "UUID=%s /%s btrfs subvol=@%s 0 0\n".formatted(filesystem, name, name);
  }
}
