package io.github.containersnap.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process and all below it have done so far, as Linux counts it (proc_pid_io(5),
 * proc_pid_stat(5)).
 *
 * @param moved the bytes that their read and write calls have moved: of files, pipes and the
 *     network. One of these processes that ends leaves its count to its parent
 * @param waitsForDisk whether a thread waits for this machine's own disk (state D): a commit may
 *     take long and moves nothing
 */
record ProcessActivity(long moved, boolean waitsForDisk) {
  /** What has just been started has not moved anything. */
  static final ProcessActivity NONE = new ProcessActivity(0, false);

  private static final Path PROC = Path.of("/proc");

  static ProcessActivity of(ProcessHandle root) {
    List<Path> processes =
        Stream.concat(Stream.of(root), root.descendants())
            .map(process -> PROC.resolve(Long.toString(process.pid())))
            .toList();
    return new ProcessActivity(
        processes.stream().mapToLong(ProcessActivity::moved).sum(),
        processes.stream().anyMatch(ProcessActivity::waitsForDisk));
  }

  private static long moved(Path process) {
    try (Stream<String> lines = Files.lines(process.resolve("io"))) {
      return lines
          .filter(line -> line.startsWith("rchar: ") || line.startsWith("wchar: "))
          .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
          .sum();
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      return 0;
    }
  }

  private static boolean waitsForDisk(Path process) {
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      return threads.anyMatch(thread -> state(thread) == 'D');
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      return false;
    }
  }

  /** The letter behind the name in brackets, which may itself hold brackets. */
  private static char state(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException | IndexOutOfBoundsException goneMeanwhile) {
      return 'X';
    }
  }
}
