package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Pruning;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.harness.history.ReferenceModel;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Runs commands of the engine on a machine, and the second ones that are started meanwhile. */
final class EngineRunner {
  /** Calls before this one look whether the machine is initialized, and take the lock. */
  private static final int FIRST_CALL_WITH_THE_LOCK = 3;

  private final PlayState situation;
  private final UnaryOperator<Machine> updater;

  /** What a second update is to. */
  private final HistoryImage first;

  private Optional<Violation> ofSecondCommands = Optional.empty();
  private RunningCommand atWork;
  private boolean takesLong;
  private boolean looksFirst;
  private boolean locked;
  private boolean blessed;

  EngineRunner(PlayState situation, UnaryOperator<Machine> updater, HistoryImage first) {
    this.situation = situation;
    this.updater = updater;
    this.first = first;
    this.atWork = situation.world.startSecond();
    situation.world.runSecondCommandsBy(this::runSecond);
  }

  /** The same in another situation. */
  EngineRunner in(PlayState other) {
    return new EngineRunner(other, updater, first);
  }

  /** Runs a command that takes long: the system that runs may be blessed meanwhile. */
  <T> CommandRun<T> runLong(Function<Machine, T> command, List<ScheduledFault> strikes)
      throws HistoryAborted {
    takesLong = true;
    try {
      return run(command, strikes);
    } finally {
      takesLong = false;
    }
  }

  /** Runs a command that takes the lock, both parts, only if it has found something to do. */
  <T> CommandRun<T> runLookingFirst(Function<Machine, T> command, List<ScheduledFault> strikes)
      throws HistoryAborted {
    looksFirst = true;
    try {
      return run(it -> command.apply(noting(it)), strikes);
    } finally {
      looksFirst = false;
      locked = false;
    }
  }

  private Machine noting(Machine machine) {
    SystemLock real = machine.ports().lock();
    SystemLock noting =
        () -> {
          SystemLock.Held held = real.acquire();
          locked = true;
          return held;
        };
    return new Machine(
        machine.ports().with(noting), machine.layout(), machine.boot(), machine.progress());
  }

  /** Whether the running system was blessed while the last command was at work. */
  boolean blessedMeanwhile() {
    return blessed;
  }

  <T> CommandRun<T> run(Function<Machine, T> command, List<ScheduledFault> strikes)
      throws HistoryAborted {
    blessed = false;
    boolean disturbed = situation.world.hasNewsOfLostContents();
    RunningCommand running = situation.world.start(strikes);
    atWork = running;
    Ending<T> ending = ending(command, running);
    running.struck().forEach(situation.tale::struck);
    situation.faults += running.struck().size();
    if (ending instanceof Ending.Failed<T> failed) {
      situation.tale.tell(() -> "The command fails: %s".formatted(failed.inWords()));
    }
    HistoryAborted.with(ofSecondCommands);
    if (running.ended().isPresent() && !(ending instanceof Ending.Over)) {
      throw HistoryAborted.violated(Property.P12, "the engine goes on after its process was ended");
    }
    return new CommandRun<>(ending, running.struck(), disturbed);
  }

  private <T> Ending<T> ending(Function<Machine, T> command, RunningCommand running) {
    try {
      return new Ending.Done<>(command.apply(seenBy(running)));
    } catch (ProcessKilled ended) {
      return new Ending.Over<>(ended);
    } catch (RuntimeException failure) {
      return Stream.of(failure.getSuppressed())
          .filter(ProcessKilled.class::isInstance)
          .map(ProcessKilled.class::cast)
          .findFirst()
          // It ended as it let go of something, on its way out of a failure.
          .<Ending<T>>map(Ending.Over::new)
          .orElseGet(() -> new Ending.Failed<>(failure));
    }
  }

  private Machine seenBy(RunningCommand command) {
    Machine seen = situation.world.seenBy(command, situation.tale.progress());
    Machine updated = updater.apply(seen);
    return new Machine(
        updated.ports(), updated.layout(), seen.boot().or(updated::boot), updated.progress());
  }

  private void runSecond(WorldFault.SecondCommand second) {
    boolean blessing = takesLong && second.command() == WorldFault.SecondCommand.Command.BLESS;
    if (atWork.calls() < FIRST_CALL_WITH_THE_LOCK
        || (looksFirst && !locked)
        || (blessing && !mayBless())) {
      return;
    }
    Machine seen = seenBy(situation.world.startSecond());
    boolean contentsWereLost = situation.world.hasNewsOfLostContents();
    try {
      switch (second.command()) {
        case RECOVER -> new Recovery(seen).run();
        case PRUNE -> new Pruning(seen).run();
        case UPDATE -> new Update(seen).run(situation.world.reference(first));
        case ROLLBACK -> new Switch(seen).back();
        case BLESS -> new Blessing(seen).run(ReferenceModel.failedChecks(situation.known));
      }
    } catch (LockedException right) {
      return;
    } catch (RuntimeException other) {
      if (blessing && contentsWereLost) {
        return; // it has taken the news, and nothing has changed
      }
      ofSecondCommands =
          Optional.of(
              new Violation(
                  Property.P12,
                  "a second command is not refused: %s".formatted(other.getMessage())));
      return;
    }
    if (blessing) {
      blessed = true;
      situation.tale.count("blessings while a long command is at work");
      return;
    }
    ofSecondCommands =
        Optional.of(new Violation(Property.P12, "a second command runs while the first does"));
  }

  /**
   * Whether a boot is there to be blessed, and that can end in one way only: on a full or failing
   * disk it may fail halfway, and after a fall back the command may see the menu of before it or
   * after it.
   */
  private boolean mayBless() {
    return situation.complete
        && situation.gaveUpOn.isEmpty()
        && !situation.world.isFilled()
        && !wasTold(WorldFault.DiskFails.class)
        && !wasTold(WorldFault.DiskFills.class);
  }

  private boolean wasTold(Class<? extends WorldFault> kind) {
    return atWork.struck().stream().anyMatch(it -> kind.isInstance(it.strike().fault()));
  }
}
