package io.github.containersnap.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * An executable of an administrator's with a time limit. It runs in {@code /}, in a session of its
 * own, in the environment of {@link ChildEnvironment}, without standard input, and of its output
 * only the end is kept. When it ends, whatever it left running in its process group is killed; when
 * this process dies, so does it.
 *
 * @param program the executable, run without arguments
 * @param limit how long it may run; then it is killed, with its process group and all processes
 *     that descend from it
 * @param environment variables set on top of {@link ChildEnvironment}
 */
public record TimeLimitedCommand(Path program, Duration limit, Map<String, String> environment) {
  /** Output that is kept, in bytes; what came before is lost. */
  private static final int KEPT = 4096;

  private static final Duration FOR_THE_REST = Duration.ofSeconds(5);

  public TimeLimitedCommand {
    environment = Map.copyOf(environment);
  }

  /** Without further variables. */
  public TimeLimitedCommand(Path program, Duration limit) {
    this(program, limit, Map.of());
  }

  /**
   * How it ended.
   *
   * @param status its exit status, 128 and more if a signal ended it; empty if it was killed at its
   *     limit
   * @param lastLines the end of its output, made printable
   */
  public record Ending(OptionalInt status, List<String> lastLines) {
    public Ending {
      lastLines = List.copyOf(lastLines);
    }
  }

  /**
   * Runs it to its end or its limit.
   *
   * @throws CommandFailedException if it cannot be started
   */
  public Ending run() {
    ExternalCommand command =
        ExternalCommand.of("setsid", "--", program).endingWithThisProcess().in(Path.of("/"));
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      command = command.withEnvironment(variable.getKey(), variable.getValue());
    }
    try {
      Process process =
          command
              .processBuilder()
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      OutputTail tail = new OutputTail();
      Thread reader =
          Thread.ofPlatform()
              .daemon()
              .name("output-tail")
              .start(() -> tail.read(process.getInputStream()));
      boolean ended = false;
      try {
        ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        killGroup(process);
      }
      process.waitFor();
      // A process that has left the group may hold the output for ever.
      reader.join(FOR_THE_REST);
      return new Ending(
          ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty(), tail.lines());
    } catch (IOException e) {
      throw new CommandFailedException(command.commandLine(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException(command.commandLine(), new IOException("interrupted", e));
    }
  }

  /** setsid(1) made it the leader of a group of its own: nothing of ours is in it. */
  private static void killGroup(Process process) {
    List<ProcessHandle> below = process.descendants().toList();
    ExternalCommand.of("sh", "-c", "kill -s KILL -- -\"$1\"", "sh", process.pid()).runAnyStatus();
    below.forEach(ProcessHandle::destroyForcibly);
    // By its handle: the Process itself would close its output, with what nobody has read yet.
    process.toHandle().destroyForcibly();
  }

  private static final class OutputTail {
    private final byte[] kept = new byte[KEPT];
    private long count;

    void read(InputStream in) {
      byte[] buffer = new byte[KEPT];
      try (in) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          add(buffer, n);
        }
      } catch (IOException closed) {
        // Whatever came until now is what there is.
      }
    }

    private synchronized void add(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        kept[(int) (count++ % KEPT)] = bytes[i];
      }
    }

    synchronized List<String> lines() {
      int length = (int) Math.min(count, KEPT);
      byte[] ordered = new byte[length];
      for (int i = 0; i < length; i++) {
        ordered[i] = kept[(int) ((count - length + i) % KEPT)];
      }
      return new String(ordered, StandardCharsets.UTF_8)
          .lines()
          .map(line -> PrintableText.of(line.replace('\t', ' ')))
          .filter(line -> !line.isBlank())
          .toList();
    }
  }
}
