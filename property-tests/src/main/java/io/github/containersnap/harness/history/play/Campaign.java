package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.history.Generator;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.Shrinker;
import io.github.containersnap.harness.property.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Many histories, one after the other and several at a time: those of the seeds from a first one
 * on. Which are played, and how, follows from the seeds alone.
 */
public final class Campaign {
  /** So many findings are shrunk; the others are counted. */
  private static final int MOST_FINDINGS = 5;

  private static final int AT_A_TIME = 50;

  /** In how many parts at least each job's share is told of. */
  private static final int PARTS_A_JOB = 50;

  /** Hears how far it is. */
  public interface Listener {
    /** So many histories were played, and so many of them do not hold; false to stop. */
    boolean goesOn(int played, int violations);
  }

  /**
   * A history in which something does not hold.
   *
   * @param drawn as it was drawn; its seed names it
   * @param shrunk as short as it could be made
   * @param violation what does not hold in the short one
   * @param story what happens in the short one, a sentence each
   */
  public record Finding(History drawn, History shrunk, Violation violation, List<String> story) {}

  /**
   * What was found.
   *
   * @param histories how many were played
   * @param struck in how many of them a fault struck
   * @param faults how many faults struck
   * @param violations in how many something did not hold
   * @param findings some of those, in the order of their seeds
   * @param crashStates how many crash states of recorded disks were looked at
   * @param unknown by seed, why a history could not be played
   * @param counts in how many histories there was what
   * @param transitions see {@link HistoryResult}
   */
  public record Summary(
      int histories,
      int struck,
      long faults,
      long crashStates,
      int violations,
      List<Finding> findings,
      Map<Long, String> unknown,
      Map<String, Integer> counts,
      Set<String> transitions) {}

  private final WorldFactory worlds;
  private final UnaryOperator<Machine> updater;
  private final int jobs;
  private final Listener listener;
  private final AtomicInteger played = new AtomicInteger();
  private final AtomicInteger struck = new AtomicInteger();
  private final AtomicInteger violations = new AtomicInteger();
  private final AtomicLong faults = new AtomicLong();
  private final AtomicLong crashStates = new AtomicLong();
  private final Map<Long, Violation> failed = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Set<String> transitions = new TreeSet<>();
  private final Map<Long, String> unknown = new ConcurrentSkipListMap<>();
  private volatile boolean stopped;

  /**
   * A campaign.
   *
   * @param worlds where the histories are played
   * @param updater what the engine works on instead of the machine, if not on itself
   * @param jobs how many histories are played at a time
   */
  public Campaign(
      WorldFactory worlds, UnaryOperator<Machine> updater, int jobs, Listener listener) {
    this.worlds = worlds;
    this.updater = updater;
    this.jobs = jobs;
    this.listener = listener;
  }

  /** Plays the histories of {@code count} seeds from {@code seed} on. */
  public Summary run(long seed, int count) throws InterruptedException {
    List<Future<?>> parts = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(jobs)) {
      int most = Math.clamp(count / (PARTS_A_JOB * jobs), 1, AT_A_TIME);
      for (int from = 0; from < count; from += most) {
        long first = seed + from;
        int part = Math.min(most, count - from);
        parts.add(workers.submit(() -> play(first, part)));
      }
      for (Future<?> part : parts) {
        part.get();
        if (!listener.goesOn(played.get(), violations.get())) {
          stopped = true;
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a history could not be played", e.getCause());
    }
    return summary();
  }

  private void play(long first, int count) {
    for (long seed = first; seed < first + count && !stopped; seed++) {
      try {
        note(seed, Player.play(Generator.history(seed), worlds, updater, false));
      } catch (RuntimeException obstacle) {
        // The world has failed, and not what is played in it: neither held nor violated.
        unknown.put(seed, String.valueOf(obstacle));
        played.incrementAndGet();
      }
    }
  }

  private void note(long seed, HistoryResult result) {
    played.incrementAndGet();
    faults.addAndGet(result.faults());
    crashStates.addAndGet(result.crashStates());
    if (result.faults() > 0) {
      struck.incrementAndGet();
    }
    synchronized (counts) {
      transitions.addAll(result.transitions());
      result.counts().keySet().forEach(what -> counts.merge(what, 1, Integer::sum));
      result
          .violation()
          .ifPresent(
              it -> {
                violations.incrementAndGet();
                failed.put(seed, it);
              });
    }
  }

  private Summary summary() {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<Long, Violation> it : failed.entrySet()) {
      if (findings.size() < MOST_FINDINGS) {
        finding(Generator.history(it.getKey()), worlds, updater).ifPresent(findings::add);
      }
    }
    return new Summary(
        played.get(),
        struck.get(),
        faults.get(),
        crashStates.get(),
        violations.get(),
        List.copyOf(findings),
        new TreeMap<>(unknown),
        counts,
        transitions);
  }

  /** Plays a history in the simulated world; see the other. */
  public static Optional<Finding> finding(History history, UnaryOperator<Machine> updater) {
    return finding(history, WorldFactory.SIMULATED, updater);
  }

  /** Plays a history; if something does not hold, makes it short and tells its story. */
  public static Optional<Finding> finding(
      History history, WorldFactory worlds, UnaryOperator<Machine> updater) {
    return Player.play(history, worlds, updater, false)
        .violation()
        .map(
            violation -> {
              History shrunk =
                  Shrinker.of(
                      history,
                      violation.property(),
                      worlds.triesOfShrinking(),
                      it -> Player.play(it, worlds, updater, false));
              HistoryResult told = Player.play(shrunk, worlds, updater, true);
              return new Finding(history, shrunk, told.violation().orElse(violation), told.story());
            });
  }

  /** What one history alone comes to, which was played as it is. */
  public static Summary ofOne(History history, HistoryResult played) {
    List<Finding> findings =
        played
            .violation()
            .map(it -> List.of(new Finding(history, history, it, played.story())))
            .orElse(List.of());
    return new Summary(
        1,
        played.faults() > 0 ? 1 : 0,
        played.faults(),
        played.crashStates(),
        findings.size(),
        findings,
        Map.of(),
        played.counts(),
        played.transitions());
  }

  /**
   * How many histories it takes until something does not hold.
   *
   * @return the number of the first that does not, or nothing if {@code most} were not enough
   */
  public static Optional<Caught> triesUntilCaught(
      long seed, int most, UnaryOperator<Machine> updater) {
    for (int tries = 1; tries <= most; tries++) {
      History history = Generator.history(seed + tries - 1);
      Optional<Violation> violation = Player.play(history, updater, false).violation();
      if (violation.isPresent()) {
        return Optional.of(new Caught(tries, violation.get(), history));
      }
    }
    return Optional.empty();
  }

  /**
   * A faulty updater that was caught.
   *
   * @param tries by the how-manieth history
   */
  public record Caught(int tries, Violation violation, History history) {}
}
