package io.github.containersnap.oracle;

import io.github.containersnap.experiment.Recording;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Verdict;
import io.github.containersnap.properties.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Checks crash states on all cores.
 *
 * <p>Every state is looked at by GRUB's driver and mounted by the kernel. The deep examination
 * (trees, filesystem, recovery, the update again) is made once for each class of states in which
 * everything that the filesystem refers to is equal byte for byte; states of a class differ only in
 * blocks that nothing refers to yet. A state whose first sight differs from its class's is unknown,
 * never a pass.
 */
public final class CrashSweep {
  /** The log is handed out in parts, several a job: the costly states lie close together. */
  private static final int PARTS_A_JOB = 4;

  private final Recording recording;
  private final Updater updater;
  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final Depth depth;
  private final Map<String, Observation> classes = new ConcurrentHashMap<>();

  /** Which states are examined in depth. */
  public enum Depth {
    /** One of each class of equal reachable content. */
    EACH_CLASS,
    /** Every one: slow, and the proof that the classes are right. */
    EVERY_STATE
  }

  /** A sweep over {@code recording}, recovering and updating again with {@code updater}. */
  public CrashSweep(
      Recording recording,
      Updater updater,
      Workspace workspace,
      ScratchSpace scratch,
      Depth depth) {
    this.depth = depth;
    this.recording = recording;
    this.updater = updater;
    this.workspace = workspace;
    this.scratch = scratch;
  }

  /**
   * Checks {@code states}.
   *
   * @param jobs how many at a time
   * @param hears each verdict, as it comes, from several threads
   * @return all verdicts, in the order of the log
   */
  public List<StateVerdict> check(List<CrashState> states, int jobs, Consumer<StateVerdict> hears)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<List<StateVerdict>>> parts = new ArrayList<>();
      int count = Math.min(states.size(), jobs == 1 ? 1 : jobs * PARTS_A_JOB);
      for (int number = 0; number < count; number++) {
        List<CrashState> part =
            states.subList(
                (int) ((long) states.size() * number / count),
                (int) ((long) states.size() * (number + 1) / count));
        String name = "part-" + number;
        parts.add(workers.submit(() -> new SweepWorker(name, this).check(part, hears)));
      }
      List<StateVerdict> verdicts = new ArrayList<>();
      for (Future<List<StateVerdict>> part : parts) {
        verdicts.addAll(part.get());
      }
      verdicts.sort(Comparator.comparing(StateVerdict::state));
      return List.copyOf(verdicts);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a worker of the sweep failed: " + e.getCause(), e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  /** How many classes were examined. */
  public int classes() {
    return classes.size();
  }

  /**
   * Why a whole sweep was no experiment, if it was none: the first state is the disk before the
   * update and must come out old, the last one is the disk after it and must come out new.
   */
  public static Optional<String> obstacle(List<StateVerdict> wholeLog) {
    if (wholeLog.isEmpty()) {
      return Optional.of("no state was checked");
    }
    Verdict first = wholeLog.getFirst().verdict();
    Verdict last = wholeLog.getLast().verdict();
    if (!first.equals(new Verdict.Holds(Side.OLD))) {
      return Optional.of("the disk before the update does not come out as the old system");
    }
    if (!last.equals(new Verdict.Holds(Side.NEW))) {
      return Optional.of("the disk after the update does not come out as the new system");
    }
    return Optional.empty();
  }

  Recording recording() {
    return recording;
  }

  Workspace workspace() {
    return workspace;
  }

  ScratchSpace scratch() {
    return scratch;
  }

  CrashOracle oracle(String name) {
    return new CrashOracle(
        name,
        recording.base(),
        workspace,
        scratch,
        recording.expectations(),
        updater,
        recording.newReference());
  }

  /** The observation of a class, made by the first worker that meets it. */
  Observation observation(CrashState state, String fingerprint, Supplier<Observation> examination) {
    String name = depth == Depth.EACH_CLASS ? fingerprint : fingerprint + " at " + state.entries();
    return classes.computeIfAbsent(name, key -> examination.get());
  }

  /** A state's verdict: its class's, and what had been promised at its point of the log. */
  Verdict judge(CrashState state, Observation observation) {
    List<Violation> violations = new ArrayList<>(observation.violations());
    boolean reported = state.entries() > recording.reportedAt();
    Optional<Side> side = observation.side();
    if (reported && side.isPresent() && side.get() != Side.NEW) {
      violations.add(
          new Violation(
              Property.P2, "the update had reported success, but the machine boots " + side.get()));
    }
    if (!violations.isEmpty()) {
      violations.sort(Comparator.comparing(Violation::property));
      return new Verdict.Violated(violations);
    }
    return side.<Verdict>map(Verdict.Holds::new)
        .orElseGet(() -> new Verdict.Unknown("no violation was found, but no system either"));
  }
}
