package io.github.containersnap.gate.check;

import io.github.containersnap.gate.run.UnusableInputException;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options of every sweep: how many of the states, drawn how, and how many at a time. */
public final class SweepOptions {
  private static final int MOST_JOBS = 256;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Check only N of the distinct states, drawn with --seed.")
  private Optional<Integer> sample = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The seed of the sample and of the random parts (default 1).")
  private long seed = 1;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "How many states to check at a time (default: one a processor).")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--repairs",
      paramLabel = "N",
      description =
          "Of the states in which another updater leaves neither system, try each of its repairs"
              + " (recover.d) in N, spread evenly (check: in all; compare: in 6). Each may take as"
              + " long as an update.")
  private Optional<Integer> repairs = Optional.empty();

  /**
   * In how many states that boot neither system repairs are tried.
   *
   * @param usual in how many if nothing is said
   * @throws UnusableInputException if it is no number of states
   */
  public int repairs(int usual) {
    if (repairs.isPresent() && repairs.get() < 0) {
      throw new UnusableInputException("--repairs needs a number from 0 on.");
    }
    return repairs.orElse(usual);
  }

  /**
   * How many of the states are checked; all if empty.
   *
   * @throws UnusableInputException if it is no number of states
   */
  public OptionalInt sample() {
    if (sample.isPresent() && sample.get() < 1) {
      throw new UnusableInputException("--sample needs a number from 1 on.");
    }
    return sample.isPresent() ? OptionalInt.of(sample.get()) : OptionalInt.empty();
  }

  /** The seed of all that is drawn. */
  public long seed() {
    return seed;
  }

  /**
   * How many states are checked at a time.
   *
   * @throws UnusableInputException if it is no number of threads
   */
  public int jobs() {
    int wanted = jobs.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    if (wanted < 1 || wanted > MOST_JOBS) {
      throw new UnusableInputException("--jobs needs a number from 1 to %d.".formatted(MOST_JOBS));
    }
    return wanted;
  }
}
