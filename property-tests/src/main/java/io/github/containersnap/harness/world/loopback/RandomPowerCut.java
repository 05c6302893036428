package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A power cut between two places of a log, drawn: when, and what of the epoch in flight was lost.
 *
 * @param log the log
 * @param from the earliest entry before which the power can have been lost
 * @param to the latest
 */
record RandomPowerCut(WriteLog log, int from, int to) {
  /** A crash state that such a cut leaves. */
  CrashState draw(Random chance) {
    int at = from + chance.nextInt(to - from + 1);
    Optional<Epoch> epoch =
        log.epochs().stream()
            .filter(it -> it.firstEntry() <= at && at <= it.endEntry())
            .reduce((_, later) -> later);
    if (epoch.isEmpty() || chance.nextInt(3) == 0) {
      return new CrashState.Prefix(at); // a disk that had time to write all that it was told to
    }
    return inFlight(epoch.get(), at, chance);
  }

  private static CrashState inFlight(Epoch epoch, int at, Random chance) {
    double density = chance.nextDouble();
    SortedSet<Integer> lost = new TreeSet<>();
    for (LogEntry.Change change : epoch.changes()) {
      if (change.index() >= at || chance.nextDouble() < density) {
        lost.add(change.index());
      }
    }
    return lost.isEmpty()
        ? new CrashState.Prefix(epoch.endEntry())
        : new CrashState.Lost(epoch.firstEntry(), lost);
  }
}
