package io.github.containersnap.histories;

import io.github.containersnap.simulation.Fault;
import io.github.containersnap.simulation.ProcessEnded;
import io.github.containersnap.simulation.RunningCommand;
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
record Run<T>(Ending<T> ending, List<RunningCommand.Struck> struck, boolean disturbed) {
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
    record Over<T>(ProcessEnded how) implements Ending<T> {
      @Override
      public String inWords() {
        return String.valueOf(how.getMessage());
      }
    }
  }

  private Stream<Fault> faults() {
    return struck.stream().map(it -> it.strike().fault());
  }

  boolean undisturbed() {
    return !disturbed
        && faults()
            .allMatch(
                it ->
                    it instanceof Fault.KernelCommits
                        || it instanceof Fault.SecondCommand
                        || it instanceof Fault.DiskFills);
  }

  boolean struckBy(Class<? extends Fault> kind) {
    return faults().anyMatch((Predicate<Fault>) kind::isInstance);
  }

  /** Whether all that struck must leave things as they were when the command fails. */
  boolean struckByRefusalsOnly() {
    return !disturbed
        && !(ending instanceof Ending.Over)
        && faults()
            .allMatch(
                it ->
                    it instanceof Fault.DiskFills
                        || it instanceof Fault.LineBreaks
                        || it instanceof Fault.KernelCommits
                        || it instanceof Fault.SecondCommand);
  }
}
