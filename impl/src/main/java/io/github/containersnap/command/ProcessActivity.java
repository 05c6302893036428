package io.github.containersnap.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a process and all below it have done so far, as Linux counts it (proc_pid_io(5),
 * proc_pid_stat(5)). Two that are equal mean that nothing was read or written between them, be it
 * from a file, a pipe or the network.
 *
 * @param moved for each process the bytes that its read and write calls have moved
 * @param waitsForDisk whether a thread waits for this machine's own disk (state D): a commit may
 *     take long and moves nothing
 */
record ProcessActivity(Map<Long, Long> moved, boolean waitsForDisk) {
  private static final Path PROC = Path.of("/proc");

  static ProcessActivity of(ProcessHandle root) {
    Map<Long, Long> moved = new TreeMap<>();
    boolean[] waits = {false};
    Stream.concat(Stream.of(root), root.descendants())
        .mapToLong(ProcessHandle::pid)
        .forEach(
            pid -> {
              Path process = PROC.resolve(Long.toString(pid));
              moved.put(pid, moved(process));
              waits[0] |= waitsForDisk(process);
            });
    return new ProcessActivity(moved, waits[0]);
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
