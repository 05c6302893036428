package io.github.containersnap.gate.report.page;

import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.DiskGeometry;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.MarkSector;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** The result of a check of 100,000 states, of every family, as a large update would give it. */
final class LargeResult {
  static final int STATES = 100_000;

  private static final int SECTOR = 512;
  private static final long MARKS = 1 << 20;
  private static final CrashStates.Choice IN_FLIGHT = new CrashStates.Choice(16, 1, SECTOR);

  /** How many writes of a fresh epoch leave a class behind that another state has not. */
  private static final double NEW_CLASSES = 0.05;

  private final Random random = new Random(4711);
  private final Map<CrashState, Integer> classes = new HashMap<>();

  private record Disk(long sizeBytes, long marksOffset) implements DiskGeometry {}

  /**
   * The result.
   *
   * @param directory for the write log
   * @param violated whether every fourth class does not hold, each state in words of its own
   */
  static ResultJson in(Path directory, boolean violated) {
    return new LargeResult().of(directory.resolve("large.log"), violated);
  }

  private ResultJson of(Path file, boolean violated) {
    WriteLog log = log(file);
    CrashStates states = CrashStates.of(log);
    List<CrashState> all = new ArrayList<>(states.prefixes().toList());
    states.epochs().forEach(epoch -> states.inFlight(epoch, IN_FLIGHT).forEach(all::add));
    Collections.sort(all);
    all.forEach(state -> classes.put(state, classNumber(state)));
    int reported = log.indexOfMark(Recording.REPORTED).orElseThrow();
    List<StateVerdict> verdicts =
        all.stream()
            .limit(STATES)
            .map(state -> new StateVerdict(state, verdict(state, reported, violated)))
            .toList();
    return ResultJson.of(
        new ExampleResult(
                log,
                violated ? Mutants.of(Mutant.NO_COMMIT_AFTER_SWITCH) : Mutants.NONE,
                new StateSelection(
                    SelectedStates.Kind.ALL,
                    IN_FLIGHT,
                    OptionalInt.empty(),
                    1,
                    CrashSweep.Depth.EACH_CLASS,
                    Optional.empty()),
                verdicts)
            .withClasses(each -> "class " + classes.get(each))
            .result());
  }

  /** Most states of an epoch are in the class of the flush before it. */
  private int classNumber(CrashState state) {
    int flushed = 101 * (state.place() / 12);
    return random.nextDouble() < NEW_CLASSES ? flushed + random.nextInt(100) : flushed;
  }

  private Verdict verdict(CrashState state, int reported, boolean violated) {
    if (violated && classes.getOrDefault(state, 0) % 4 == 3) {
      return new Verdict.Violated(
          List.of(
              new Violation(
                  Property.P1,
                  "the file /usr/lib/modules/%d/vmlinuz of deployment %064x is not that of its image"
                      .formatted(random.nextInt(1_000_000), random.nextLong()))));
    }
    return new Verdict.Holds(state.place() < reported - 20 ? Side.OLD : Side.NEW);
  }

  private WriteLog log(Path file) {
    int count = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(superblock(0));
      count += entry(out, MARKS / SECTOR, 0, MarkSector.encode(Recording.BEGINS));
      for (int epoch = 0; epoch < 1500; epoch++) {
        if (epoch % 190 == 0) {
          String step = "step %d: part %d of the update".formatted(epoch / 190 + 1, epoch);
          count += entry(out, MARKS / SECTOR, 0, MarkSector.encode(step));
        }
        if (epoch == 1450) {
          count += entry(out, MARKS / SECTOR, 0, MarkSector.encode(Recording.REPORTED));
        }
        for (int write = 0; write < 11; write++) {
          count += entry(out, random.nextInt(1000), 0, new byte[SECTOR * (1 + random.nextInt(4))]);
        }
        count += entry(out, 0, 1, new byte[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(file, count);
  }

  private static WriteLog read(Path file, int count) {
    try (var channel =
        java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(superblock(count)), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    WriteLog log = WriteLog.read(file, new Disk(MARKS + MarkSector.BYTES, MARKS));
    if (log.entries().stream().filter(LogEntry.Mark.class::isInstance).count() < 3) {
      throw new IllegalStateException("the marks of the log are not read as marks");
    }
    return log;
  }

  private static byte[] superblock(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0x6a736677736872L).putLong(1).putLong(count).putInt(SECTOR);
    return bytes.array();
  }

  private static int entry(OutputStream out, long sector, long flags, byte[] data)
      throws IOException {
    ByteBuffer header = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(sector).putLong(data.length / SECTOR).putLong(flags);
    out.write(header.array());
    out.write(data);
    return 1;
  }
}
