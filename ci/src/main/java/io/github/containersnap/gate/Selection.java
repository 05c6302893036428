package io.github.containersnap.gate;

import io.github.containersnap.oracle.CrashSweep;
import io.github.containersnap.oracle.StateSet;
import java.util.OptionalInt;

/**
 * Which crash states were asked for.
 *
 * @param kind at which points of the log the power is cut
 * @param sample how many of the distinct states at most; empty for all
 * @param seed what the sample was drawn with
 * @param depth which states were examined in depth
 */
record Selection(StateSet.Kind kind, OptionalInt sample, long seed, CrashSweep.Depth depth) {

  /** The states of {@code all} that are to be checked. */
  StateSet choose(StateSet all) {
    return sample.isPresent() ? all.sample(sample.getAsInt(), seed) : all;
  }
}
