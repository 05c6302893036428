package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.loopback.crash.AtomicUnit;
import io.github.containersnap.loopback.crash.CrashStates;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which states the shards were asked for, as a result says it.
 *
 * @param json what the result says; not trusted
 */
record ShardSelection(ResultJson.Selection json) {
  private static final int MOST_SUBSETS = 10_000;

  /**
   * The same as the options of a check have it.
   *
   * @throws UnusableInputException if no options come to it
   */
  StateSelection read() {
    try {
      int subsets = json.subsets() == null ? 0 : json.subsets();
      int unit = json.atomicUnit() == null ? AtomicUnit.USUAL_BYTES : json.atomicUnit();
      if (subsets > MOST_SUBSETS || (json.sample() != null && json.sample() < 1)) {
        throw new IllegalArgumentException("a number is out of range");
      }
      long seed = json.seed() == null ? 1 : json.seed();
      return new StateSelection(
          SelectedStates.Kind.valueOf(json.states().toUpperCase(Locale.ROOT)),
          new CrashStates.Choice(subsets, seed, unit),
          json.sample() == null ? OptionalInt.empty() : OptionalInt.of(json.sample()),
          seed,
          CrashSweep.Depth.valueOf(json.depth().toUpperCase(Locale.ROOT).replace('-', '_')),
          Optional.ofNullable(json.commitEveryMilliseconds()).map(Duration::ofMillis));
    } catch (IllegalArgumentException e) {
      throw new UnusableInputException(
          "The results do not say which states were asked for: %s.".formatted(e.getMessage()));
    }
  }
}
