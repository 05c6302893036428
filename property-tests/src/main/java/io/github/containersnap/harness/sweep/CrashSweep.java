package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.oracle.BootView;
import io.github.containersnap.harness.oracle.StateOracle;
import io.github.containersnap.harness.oracle.TriedRepair;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Checks crash states on all cores.
 *
 * <p>The deep examination (trees, filesystem, recovery, the update again) is made once for each
 * class of states in which everything that the filesystem refers to is equal byte for byte; states
 * of a class differ only in blocks that nothing refers to yet. Every prefix of the log is looked at
 * by GRUB's driver and mounted by the kernel all the same; one whose first sight differs from its
 * class's is unknown, never a pass. States with parts of an epoch in flight, of which there are
 * many more, have their class's verdict.
 */
public final class CrashSweep {
  /** The log is handed out in parts, several a job: the costly states lie close together. */
  private static final int PARTS_A_JOB = 4;

  private final SweepContext context;
  private final ClassCache cache;

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
    this(SweepContext.of(recording, updater, workspace, scratch, depth));
  }

  private CrashSweep(SweepContext context) {
    this.context = context;
    this.cache = new ClassCache(context);
  }

  /**
   * The same sweep without one question of other updaters: whether the same update succeeds after
   * recovery (P5). It costs a whole update for each state.
   */
  public CrashSweep withoutUpdatingAgain() {
    return new CrashSweep(context.withoutUpdatingAgain());
  }

  /**
   * Checks states.
   *
   * @param wanted which, in any order
   * @param jobs how many at a time
   * @param hears each verdict, as it comes, from several threads
   * @return all verdicts, in the order of a report
   */
  public List<StateVerdict> check(List<CrashState> wanted, int jobs, Consumer<StateVerdict> hears)
      throws InterruptedException {
    return check(wanted, jobs, hears, () -> false);
  }

  /**
   * Checks states until the time is up.
   *
   * @param wanted which, in any order
   * @param jobs how many at a time
   * @param hears each verdict, as it comes, from several threads
   * @param timeIsUp asked before each state
   * @return a verdict on each of them, in the order of a report; those that were not reached are
   *     unknown
   */
  public List<StateVerdict> check(
      List<CrashState> wanted, int jobs, Consumer<StateVerdict> hears, BooleanSupplier timeIsUp)
      throws InterruptedException {
    List<StateVerdict> verdicts = new ArrayList<>();
    inParts(
            wanted,
            jobs,
            (name, part) -> new SweepWorker(name, context, cache, hears, timeIsUp).check(part))
        .forEach(verdicts::addAll);
    Set<CrashState> missed = new HashSet<>(wanted);
    verdicts.forEach(each -> missed.remove(each.state()));
    missed.forEach(
        state ->
            verdicts.add(
                new StateVerdict(
                    state, new Verdict.Unknown("it was not reached before the time limit"))));
    verdicts.sort(Comparator.comparing(StateVerdict::state));
    return List.copyOf(verdicts);
  }

  /**
   * The class of each of some states, found by reading the disk alone: nothing is mounted and
   * nothing judged, so this takes a small part of the time of {@link #check}.
   *
   * @param wanted which, in any order
   * @param jobs how many at a time
   */
  public Map<CrashState, RecognisedClass> classes(List<CrashState> wanted, int jobs)
      throws InterruptedException {
    StateClasses classes = new StateClasses();
    inParts(
        wanted,
        jobs,
        (name, part) -> {
          new StateWalk(
                  name,
                  context,
                  (state, _, view, _) -> classes.learn(state, view.get()),
                  () -> false)
              .over(part);
          return List.of();
        });
    return classes.found();
  }

  /**
   * Tries the updater's repairs, which an administrator would, in some of the states that boot
   * neither system; each may cost as much as a whole update. What {@link #classOf} says of them
   * then has the grades.
   *
   * @param chosen which, of {@link #neither}
   * @param hears how each repair went in each of them, by its name, from several threads
   */
  public void repair(
      List<CrashState> chosen,
      int jobs,
      BiConsumer<CrashState, SortedMap<String, TriedRepair>> hears)
      throws InterruptedException {
    inParts(
        chosen,
        jobs,
        (name, part) -> {
          StateOracle oracle = context.oracle(name);
          new StateWalk(
                  name,
                  context,
                  (state, image, _, _) -> {
                    SortedMap<String, TriedRepair> tried = oracle.repairs(image);
                    cache.repaired(state, tried);
                    hears.accept(state, tried);
                  },
                  () -> false)
              .over(part);
          return List.of();
        });
  }

  /** The names of the updater's repairs. */
  public List<String> repairs() {
    return context.updater().repairs();
  }

  /**
   * States that boot neither system before anything is repaired, one of each class, in the order of
   * the log.
   */
  public List<CrashState> neither() {
    SortedMap<CrashState, SweptClass> inOrder = new TreeMap<>(cache.classOf());
    Set<String> seen = new HashSet<>();
    return inOrder.entrySet().stream()
        .filter(each -> each.getValue().observation().bootsNeither())
        .filter(each -> seen.add(each.getValue().name()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Work on a part of the states. */
  private interface PartWork {
    List<StateVerdict> on(String name, List<List<StateWalk.Wanted>> part);
  }

  private List<List<StateVerdict>> inParts(List<CrashState> wanted, int jobs, PartWork work)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<List<StateVerdict>>> parts = new ArrayList<>();
      for (List<List<StateWalk.Wanted>> part :
          parts(byFlush(wanted), jobs == 1 ? 1 : jobs * PARTS_A_JOB)) {
        String name = "part-" + parts.size();
        parts.add(workers.submit(() -> work.on(name, part)));
      }
      List<List<StateVerdict>> done = new ArrayList<>();
      for (Future<List<StateVerdict>> part : parts) {
        done.add(part.get());
      }
      return done;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a worker of the sweep failed: " + e.getCause(), e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  /** States by the flush that is the last to have ended, in the order of the log. */
  private List<List<StateWalk.Wanted>> byFlush(List<CrashState> wanted) {
    SortedMap<Integer, List<StateWalk.Wanted>> byFlush = new TreeMap<>();
    wanted.stream()
        .sorted()
        .map(state -> new StateWalk.Wanted(state, context.states().arrived(state)))
        .forEach(
            each ->
                byFlush
                    .computeIfAbsent(each.arrived().durable(), key -> new ArrayList<>())
                    .add(each));
    return List.copyOf(byFlush.values());
  }

  /**
   * At most {@code count} runs of neighbours with about as many states each; the states of a large
   * epoch may be shared out too, for its prefixes are what takes time.
   */
  private static List<List<List<StateWalk.Wanted>>> parts(
      List<List<StateWalk.Wanted>> epochs, int count) {
    int total = epochs.stream().mapToInt(List::size).sum();
    int most = Math.max(1, (total + count - 1) / count);
    List<List<List<StateWalk.Wanted>>> parts = new ArrayList<>();
    List<List<StateWalk.Wanted>> open = new ArrayList<>();
    int room = most;
    for (List<StateWalk.Wanted> epoch : epochs) {
      for (int from = 0; from < epoch.size(); ) {
        int end = Math.min(epoch.size(), from + room);
        open.add(epoch.subList(from, end));
        room -= end - from;
        from = end;
        if (room == 0) {
          parts.add(open);
          open = new ArrayList<>();
          room = most;
        }
      }
    }
    if (!open.isEmpty()) {
      parts.add(open);
    }
    return parts;
  }

  /**
   * The states that were judged, by what a boot can depend on; of each class the first is the one
   * to boot. States that could not be judged are in none.
   */
  public Map<BootView, SortedSet<CrashState>> bootClasses() {
    return cache.bootClasses();
  }

  /** The class of each state that was checked; a state whose check failed may be missing. */
  public Map<CrashState, SweptClass> classOf() {
    return cache.classOf();
  }

  /** How many classes were examined. */
  public int classes() {
    return cache.classes();
  }

  /**
   * Why a whole sweep was no experiment, if it was none: the first state is the disk before the
   * update and must come out old, the last one is the disk after it and must come out new.
   */
  public static Optional<String> obstacle(List<StateVerdict> wholeLog) {
    if (wholeLog.isEmpty()) {
      return Optional.of("no state was checked");
    }
    List<StateVerdict> prefixes =
        wholeLog.stream().filter(each -> each.state() instanceof CrashState.Prefix).toList();
    if (prefixes.isEmpty()) {
      return Optional.of("no prefix of the log was checked");
    }
    Verdict first = prefixes.getFirst().verdict();
    Verdict last = prefixes.getLast().verdict();
    if (!first.equals(new Verdict.Holds(Side.OLD))) {
      return Optional.of("the disk before the update does not come out as the old system");
    }
    if (!last.equals(new Verdict.Holds(Side.NEW))) {
      return Optional.of("the disk after the update does not come out as the new system");
    }
    return Optional.empty();
  }

  /** The different machines, as recovery left them, on which the update was made again. */
  public Set<String> machines() {
    return context.shared().machines();
  }

  /**
   * How many states GRUB's driver and the kernel looked at; the others have their class's verdict.
   */
  public int lookedAt() {
    return cache.lookedAt();
  }

  /**
   * How many states hold although GRUB boots the new system once and the old one from then on: it
   * went by a newer copy of the superblock than the kernel (docs/decisions/0012).
   */
  public int bootingOnce() {
    return cache.bootingOnce();
  }

  SweepContext context() {
    return context;
  }

  ClassCache cache() {
    return cache;
  }

  /** Whether the update had reported success when the power of a state was lost. */
  public boolean successReported(CrashState state) {
    return context.successReported(state);
  }
}
