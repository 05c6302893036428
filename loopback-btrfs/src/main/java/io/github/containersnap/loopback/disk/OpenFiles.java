package io.github.containersnap.loopback.disk;

import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who keeps a mount or a device in use. */
final class OpenFiles {
  private static final String NUMBERS = "[0-9]*";

  private OpenFiles() {}

  /**
   * What holds something at or below the path, in words: processes with an open file, working
   * directory or root there, filesystems mounted there, loop devices bound to a file there; for a
   * device, also other mount namespaces in which it is still mounted. Open files of processes in
   * other mount namespaces are found only if they see them under the same path.
   */
  static String holding(Path path) {
    TreeSet<String> holders = new TreeSet<>();
    Set<String> namespaces = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), NUMBERS)) {
      for (Path process : processes) {
        if (holds(process, path)) {
          holders.add("process %s (%s)".formatted(process.getFileName(), name(process)));
        }
        if (namespaces.add(mountNamespace(process)) && mounts(process, path)) {
          holders.add(
              "a mount in the namespace of process %s (%s)"
                  .formatted(process.getFileName(), name(process)));
        }
      }
    } catch (IOException e) {
      holders.add("processes unknown: " + e.getMessage());
    }
    MountTable.own().below(path).stream()
        .map(MountInfo::at)
        .forEach(at -> holders.add("mount " + at));
    LoopBinding.below(path).forEach(binding -> holders.add("loop device " + binding.device()));
    return holders.isEmpty() ? "nobody that can be seen" : String.join(", ", holders);
  }

  private static String mountNamespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
    } catch (IOException _) {
      return "ended";
    }
  }

  private static boolean mounts(Path process, Path device) {
    try {
      return MountTable.ofProcess(process).hasSource(device);
    } catch (IOException _) {
      return false; // it ended while we looked
    }
  }

  private static boolean holds(Path process, Path path) {
    List<Path> direct = List.of(process.resolve("cwd"), process.resolve("root"));
    if (direct.stream().anyMatch(link -> pointsBelow(link, path))) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path link : files) {
        if (pointsBelow(link, path)) {
          return true;
        }
      }
      return false;
    } catch (IOException _) {
      return false; // it ended while we looked
    }
  }

  private static boolean pointsBelow(Path link, Path path) {
    try {
      return Files.readSymbolicLink(link).startsWith(path);
    } catch (IOException _) {
      return false; // closed while we looked
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException _) {
      return "ended";
    }
  }
}
