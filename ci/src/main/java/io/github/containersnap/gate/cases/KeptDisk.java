package io.github.containersnap.gate.cases;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory with what cases are made from: {@code base.img}, the disk before the update, and
 * {@code write.log}; each as it is or compressed ({@code .zst}).
 *
 * @param directory where they lie
 */
public record KeptDisk(Path directory) {
  public static final String BASE = "base.img";
  public static final String LOG = "write.log";

  public static final String COMPRESSED = ".zst";

  /** Keeps both, compressed. */
  public void keep(Path base, Path log) throws IOException {
    Files.createDirectories(directory);
    compress(base, directory.resolve(BASE + COMPRESSED));
    compress(log, directory.resolve(LOG + COMPRESSED));
  }

  private static void compress(Path from, Path to) {
    ExternalCommand.of("zstd", "--quiet", "--force", "--threads=0", "-o", to, "--", from).run();
  }

  /** Whether both are there. */
  boolean isThere() {
    return has(BASE) && has(LOG);
  }

  private boolean has(String name) {
    return Files.isRegularFile(directory.resolve(name))
        || Files.isRegularFile(directory.resolve(name + COMPRESSED));
  }

  /** Makes {@code to} a copy of one of the two; holes stay holes. */
  void bring(String name, Path to) {
    if (Files.isRegularFile(directory.resolve(name))) {
      ExternalCommand.of("cp", "--sparse=always", "--", directory.resolve(name), to).run();
    } else {
      decompress(to, directory.resolve(name + COMPRESSED), List.of());
    }
  }

  /**
   * Unpacks a file that is not trusted.
   *
   * @param bytes how large it may get; what would be larger is refused while it is written
   * @throws UnusableInputException if it is not a packed file of at most that size
   */
  public static void decompress(Path packed, Path to, long bytes) {
    try {
      decompress(to, packed, List.of("prlimit", "--fsize=" + bytes));
    } catch (CommandFailedException e) {
      throw new UnusableInputException(
          "%s cannot be unpacked: it is damaged, or larger than the %,d bytes it should have."
              .formatted(packed, bytes));
    }
  }

  private static void decompress(Path to, Path packed, List<String> limit) {
    List<Object> zstd =
        List.of("zstd", "--quiet", "--decompress", "--sparse", "-o", to, "--", packed);
    List<Object> command = Stream.concat(limit.stream(), zstd.stream()).toList();
    ExternalCommand.of(command.toArray()).run();
  }

  /** Removes what {@link #keep} left. */
  public void delete() throws IOException {
    for (String name : List.of(BASE, LOG)) {
      Files.deleteIfExists(directory.resolve(name + COMPRESSED));
    }
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      try (var left = Files.list(directory)) {
        if (left.findAny().isEmpty()) {
          Files.delete(directory);
        }
      }
    }
  }
}
