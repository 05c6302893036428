package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.oracle.BootView;
import io.github.containersnap.harness.oracle.Observation;
import io.github.containersnap.harness.oracle.TriedRepair;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What the workers of a sweep have found out together: the observation of each class of states, and
 * the verdicts that follow from it. Safe for all workers at once.
 */
final class ClassCache {
  private final SweepContext context;
  private final TornSuperblock tornSuperblock;
  private final Map<String, CompletableFuture<Observation>> classes = new ConcurrentHashMap<>();
  private final Map<BootView, SortedSet<CrashState>> boots = new ConcurrentHashMap<>();
  private final Map<CrashState, SweptClass> classOf = new ConcurrentHashMap<>();
  private final AtomicInteger looked = new AtomicInteger();
  private final Set<String> classesLookedAt = ConcurrentHashMap.newKeySet();
  private final AtomicInteger bootingOnce = new AtomicInteger();

  ClassCache(SweepContext context) {
    this.context = context;
    this.tornSuperblock = new TornSuperblock(context.recording().log(), context.recording().base());
  }

  /** The observation of a class, made by the first worker that meets it; others wait for it. */
  Observation observation(CrashState state, String fingerprint, Supplier<Observation> examination) {
    String name = context.recognises() ? fingerprint : fingerprint + " at " + state;
    Observation observation = observation(name, examination);
    classOf.put(state, new SweptClass(name, observation));
    return observation;
  }

  private Observation observation(String name, Supplier<Observation> examination) {
    CompletableFuture<Observation> mine = new CompletableFuture<>();
    CompletableFuture<Observation> first = classes.putIfAbsent(name, mine);
    if (first != null) {
      return first.join();
    }
    try {
      mine.complete(examination.get());
      return mine.join();
    } finally {
      if (!mine.isDone()) {
        classes.remove(name); // the next state of the class is examined itself
        mine.completeExceptionally(
            new IllegalStateException("the examination of another state of its class failed"));
      }
    }
  }

  /** Learns how the repairs went in a state, for all states of its class. */
  void repaired(CrashState state, SortedMap<String, TriedRepair> tried) {
    SortedMap<String, Grade> grades = new TreeMap<>();
    tried.forEach((repair, each) -> grades.put(repair, each.grade()));
    String name = Objects.requireNonNull(classOf.get(state)).name();
    Observation known =
        Objects.requireNonNull(
                classes.computeIfPresent(
                    name,
                    (_, made) -> CompletableFuture.completedFuture(made.join().repaired(grades))))
            .join();
    classOf.replaceAll(
        (_, swept) -> swept.name().equals(name) ? new SweptClass(name, known) : swept);
  }

  /** Counts a state that GRUB's driver and the kernel have looked at for itself. */
  void looked(CrashState state) {
    looked.incrementAndGet();
    SweptClass found = classOf.get(state);
    if (found != null) {
      classesLookedAt.add(found.name());
    }
  }

  /**
   * Returns the verdict of the state's class, and P2 if success had been reported. A power cut at
   * any later moment of the same epoch can leave the same state, so success counts as reported if
   * it was reported before the last of these moments (docs/decisions/0011).
   */
  Verdict judge(CrashState state, Observation observation) {
    boots.computeIfAbsent(observation.bootView(), _ -> new ConcurrentSkipListSet<>()).add(state);
    List<Violation> violations = new ArrayList<>(observation.violations());
    if (context.successReported(state)) {
      violations.addAll(observation.ifReported());
    }
    if (!violations.isEmpty()) {
      violations.sort(Comparator.comparing(Violation::property));
      return new Verdict.Violated(tornSuperblock.explain(state, violations));
    }
    if (observation.bootsOnce()) {
      bootingOnce.incrementAndGet();
    }
    return observation
        .side()
        .<Verdict>map(Verdict.Holds::new)
        .orElseGet(() -> new Verdict.Unknown("no violation was found, but no system either"));
  }

  /** The class of each state that was checked; a state whose check failed may be missing. */
  Map<CrashState, SweptClass> classOf() {
    return Collections.unmodifiableMap(classOf);
  }

  /** How many classes were examined. */
  int classes() {
    return classes.size();
  }

  /**
   * How many states GRUB's driver and the kernel looked at: those that were looked at for
   * themselves, and one of each other class. Which state of a class is examined depends on which
   * worker comes first; this number does not.
   */
  int lookedAt() {
    return looked.get() + classes.size() - classesLookedAt.size();
  }

  /** How many states hold although GRUB boots the new system once and the old one from then on. */
  int bootingOnce() {
    return bootingOnce.get();
  }

  /** The states that were judged, by what a boot can depend on. */
  Map<BootView, SortedSet<CrashState>> bootClasses() {
    return Map.copyOf(boots);
  }
}
