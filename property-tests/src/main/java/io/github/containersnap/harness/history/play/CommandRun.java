package io.github.containersnap.harness.history.play;

import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.WorldFault;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A command that was run.
 *
 * @param ending how it ended
 * @param struck what struck it
 * @param disturbed whether it may have been told of contents that were lost before it
 */
record CommandRun<T>(Ending<T> ending, List<RunningCommand.Struck> struck, boolean disturbed) {
  /** How a command ended. */
  sealed interface Ending<T> {
    String inWords();

    /** It says that it is done. */
    record Done<T>(T value) implements Ending<T> {
      @Override
      public String inWords() {
        return "it says that it is done";
      }
    }

    /** It says that it failed. */
    record Failed<T>(RuntimeException failure) implements Ending<T> {
      @Override
      public String inWords() {
        return String.valueOf(failure.getMessage());
      }
    }

    /** It says nothing any more. */
    record Over<T>(ProcessKilled how) implements Ending<T> {
      @Override
      public String inWords() {
        return String.valueOf(how.getMessage());
      }
    }
  }

  private Stream<WorldFault> faults() {
    return struck.stream().map(it -> it.strike().fault());
  }

  boolean undisturbed() {
    return !disturbed
        && faults()
            .allMatch(
                it ->
                    it instanceof WorldFault.KernelCommits
                        || it instanceof WorldFault.SecondCommand
                        || it instanceof WorldFault.DiskFills);
  }

  boolean struckBy(Class<? extends WorldFault> kind) {
    return faults().anyMatch((Predicate<WorldFault>) kind::isInstance);
  }

  /**
   * Whether the command, if it fails, must have changed nothing (P13). A single error of the disk
   * is no excuse: the command then takes back what it did. With a second one, on a disk that takes
   * no more writes, or on a full one, it may be kept from that.
   *
   * @param tight whether the disk was full
   */
  boolean failsHarmlessly(boolean tight) {
    return !(ending instanceof Ending.Over)
        && !struckBy(WorldFault.DiskFails.class)
        && errorsOfTheDisk() <= (tight ? 0 : 1);
  }

  private long errorsOfTheDisk() {
    return (disturbed ? 1 : 0)
        + faults()
            .filter(
                it ->
                    it instanceof WorldFault.InputOutputError
                        || it instanceof WorldFault.ContentsLost)
            .count();
  }
}
