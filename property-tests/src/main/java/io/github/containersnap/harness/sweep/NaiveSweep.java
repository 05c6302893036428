package io.github.containersnap.harness.sweep;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.loopback.crash.ArrivedWrites;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogBytes;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * The sweep as one would write it first, to compare {@link CrashSweep} with: of each state a whole
 * copy of the disk, a replay of the log from its beginning, and every question of the oracle. It
 * knows of no classes, shares no content and takes nothing from the state before. Its verdicts must
 * be the sweep's.
 */
public final class NaiveSweep {
  private final CrashSweep sweep;
  private final SystemDisk base;
  private final WriteLog log;
  private final CrashStates states;

  /** A loop that asks what {@code sweep} asks, of the same recording. */
  public NaiveSweep(CrashSweep sweep) {
    this.sweep = sweep;
    this.base = sweep.context().recording().base();
    this.log = sweep.context().recording().log();
    this.states = CrashStates.of(log);
  }

  /**
   * Checks states.
   *
   * @param jobs how many at a time
   * @return the verdicts, in the order of the states
   */
  public List<StateVerdict> check(List<CrashState> wanted, int jobs) throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<StateVerdict>> running = new ArrayList<>();
      for (CrashState state : wanted) {
        String name = "obvious-" + running.size();
        running.add(workers.submit(() -> new StateVerdict(state, verdict(name, state))));
      }
      List<StateVerdict> verdicts = new ArrayList<>();
      for (Future<StateVerdict> one : running) {
        verdicts.add(one.get());
      }
      return List.copyOf(verdicts);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a state could not be checked: " + e.getCause(), e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  /**
   * Whether two verdicts say the same: the same system, or violations of the same properties. Their
   * words may name files of the run. An unknown says nothing, so nothing is the same as it.
   */
  public static boolean same(Verdict one, Verdict other) {
    if (one instanceof Verdict.Violated first && other instanceof Verdict.Violated second) {
      return properties(first).equals(properties(second));
    }
    return !(one instanceof Verdict.Unknown) && one.equals(other);
  }

  private static Set<Property> properties(Verdict.Violated violated) {
    return violated.violations().stream().map(Violation::property).collect(Collectors.toSet());
  }

  private Verdict verdict(String name, CrashState state) {
    ScratchSpace scratch = sweep.context().scratch();
    Path image = scratch.directory().resolve(name + ".img");
    try {
      ExternalCommand.of("cp", "--reflink=never", "--sparse=always", "--", base.image(), image)
          .run();
      replay(states.arrived(state), image);
      return sweep
          .cache()
          .judge(state, sweep.context().oracle(name).examine(image, Optional.empty()));
    } catch (RuntimeException failure) {
      return new Verdict.Unknown(String.valueOf(failure));
    } finally {
      delete(image);
    }
  }

  private void replay(ArrivedWrites arrived, Path image) {
    try (LogBytes bytes = log.openBytes();
        FileChannel disk = FileChannel.open(image, StandardOpenOption.WRITE)) {
      for (LogEntry entry : log.entries().subList(0, arrived.durable())) {
        if (entry instanceof LogEntry.Change change) {
          write(bytes, change, disk);
        }
      }
      for (LogEntry.Change change : arrived.changes()) {
        write(bytes, change, disk);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot replay %s to %s".formatted(log.file(), image), e);
    }
  }

  private static void write(LogBytes bytes, LogEntry.Change change, FileChannel disk)
      throws IOException {
    ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(change.length()));
    if (change instanceof LogEntry.Write write) {
      bytes.read(write, 0, content);
      content.flip();
    }
    while (content.hasRemaining()) {
      int _ = disk.write(content, change.offset() + content.position());
    }
  }

  private static void delete(Path image) {
    try {
      Files.deleteIfExists(image);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + image, e);
    }
  }
}
