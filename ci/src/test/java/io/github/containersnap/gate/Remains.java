package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What runs of the gate may have left: directories, mounts anywhere, loop devices, processes. */
final class Remains {
  private Remains() {}

  /** Nothing is left of runs that this process made in the cache of this user. */
  static void assertNothingIsLeftOf(long pid) throws IOException {
    Path runs = ImageCache.ofThisUser().root().resolve("runs");
    assertThat(directories(runs, "run-%d-*".formatted(pid))).isEmpty();
  }

  /** Nothing is left of any run in {@code cache}, seen from any mount namespace. */
  static void assertNothingIsLeftIn(Path cache) throws IOException {
    assertThat(directories(cache.resolve("runs"), "run-*")).isEmpty();
    assertThat(directories(cache.resolve("building"), "*")).isEmpty();
    assertThat(lines(ExternalCommand.of("losetup", "--list", "--noheadings").run().text(), cache))
        .isEmpty();
    List<String> left = new ArrayList<>();
    for (Path process : directories(Path.of("/proc"), "[0-9]*")) {
      for (String table : List.of("mountinfo", "cmdline")) {
        lines(read(process.resolve(table)), cache)
            .forEach(line -> left.add("%s of %s: %s".formatted(table, process, line)));
      }
    }
    assertThat(left).isEmpty();
  }

  private static List<String> lines(String text, Path cache) {
    return text.lines().filter(line -> line.contains(cache.toString())).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // the process ended while we looked
    }
  }

  static List<Path> directories(Path parent, String pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, pattern)) {
        files.forEach(found::add);
      }
    }
    return found;
  }
}
