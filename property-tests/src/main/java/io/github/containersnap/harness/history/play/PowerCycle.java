package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.harness.world.WorldFault;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What follows a command: power that comes back, and recoveries. */
final class PowerCycle {
  private final PlayState situation;
  private final EngineRunner engine;
  private final UndisturbedRecovery recoveries;
  private final UndisturbedFinalization finalizations;
  private final BootSequence startup;

  /** What must be so once a command that lost its power was recovered from. */
  interface Check {
    void on(PlayState situation) throws HistoryAborted;
  }

  PowerCycle(PlayState situation, EngineRunner engine) {
    this.situation = situation;
    this.engine = engine;
    this.recoveries = new UndisturbedRecovery(situation, engine);
    this.finalizations = new UndisturbedFinalization(situation, engine);
    this.startup = new BootSequence(situation, recoveries, finalizations);
  }

  UndisturbedRecovery recoveries() {
    return recoveries;
  }

  UndisturbedFinalization finalizations() {
    return finalizations;
  }

  BootSequence startup() {
    return startup;
  }

  /**
   * Whether the power was lost under a command.
   *
   * @param run the command
   */
  static boolean lostPower(CommandRun<?> run) {
    return run.ending() instanceof Ending.Over<?>(ProcessKilled how) && how.withItsMachine();
  }

  /**
   * Brings the machine back to rest after a command that was struck.
   *
   * @param recovers whether the command itself first recovers what was interrupted before it
   * @param check what must be so afterwards; made of machines as other power cuts would have left
   *     them, not of this one
   * @return whether it was started again
   */
  boolean of(CommandRun<?> run, ScheduledStep act, boolean recovers, Check check)
      throws HistoryAborted {
    noteWhatWasPulled(run, act);
    boolean started = startedAnew(run, check);
    if (!started && run.struckBy(WorldFault.DiskFails.class)) {
      situation.tale.tell(() -> "The disk is mended, and the machine is started again.");
      powerCut();
      started = true;
    }
    boolean failed = run.ending() instanceof Ending.Failed;
    boolean interrupted = !run.struck().isEmpty() || run.disturbed() || failed;
    if (interrupted && act.withoutRecovery()) {
      situation.tale.tell(() -> "Nothing recovers from that.");
      situation.tale.count("commands that nothing recovered from");
      situation.unrecovered = true;
    } else if (interrupted) {
      if (!started) {
        situation.world.letTheKernelCommit();
      }
      started |= recover(act.duringRecovery(), check);
    } else if (recovers || !situation.unrecovered) {
      situation.unrecovered = false;
      recoveries.requireNothingLeft();
    }
    return started;
  }

  /**
   * Looks at the machine; if nothing has recovered from what struck it, at a copy that is
   * recovered. The machine itself stays as it is.
   */
  void whenRecovered(Check check) throws HistoryAborted {
    if (!situation.unrecovered) {
      check.on(situation);
      return;
    }
    try (World copy = situation.world.copy(0)) {
      PlayState there = situation.on(copy);
      new UndisturbedRecovery(there, engine.in(there)).run();
      check.on(there);
      situation.learnFrom(there);
    } catch (HistoryAborted ended) {
      if (ended.violation().isPresent()) {
        situation.tale.tell(() -> "(So it is once a recovery has run.)");
      }
      throw ended;
    }
  }

  private void noteWhatWasPulled(CommandRun<?> run, ScheduledStep act) {
    Optional<Specification> pulled =
        switch (act.step()) {
          case HistoryStep.Update update -> Optional.of(update.image());
          case HistoryStep.Download download -> Optional.of(download.image());
          default -> Optional.empty();
        };
    if (pulled.isPresent()) {
      ImageId image = HistoryImage.of(pulled.get()).id();
      switch (run.ending()) {
        case Ending.Over<?> _ -> situation.perhapsTorn.add(image);
        case Ending.Done<?> _ -> situation.perhapsTorn.remove(image);
        case Ending.Failed<?> _ -> {} // it has recovered by itself
      }
    }
  }

  private boolean startedAnew(CommandRun<?> run, Check check) throws HistoryAborted {
    if (!(run.ending() instanceof Ending.Over<?>)) {
      return false;
    }
    if (!lostPower(run)) {
      return false;
    }
    situation.tale.tell(() -> "The power comes back.");
    situation.world.cutPower();
    situation.crashStates++;
    World world = situation.world;
    for (World other : world.afterOtherCuts(world.usualOtherCuts())) {
      try (other) {
        examine(other, check);
      }
    }
    comeBack();
    return true;
  }

  /** A machine as another power cut within the command would have left it is right as well. */
  private void examine(World other, Check check) throws HistoryAborted {
    situation.crashStates++;
    PlayState there = situation.on(other);
    try {
      PowerCycle aftermath = new PowerCycle(there, engine.in(there));
      aftermath.comeBack();
      aftermath.recoveries.run();
      check.on(there);
      situation.tale.takeTransitionsOf(there.tale);
    } catch (HistoryAborted ended) {
      if (ended.violation().isPresent()) {
        situation.tale.tell(() -> "(So it is if the power is lost elsewhere in the command.)");
        throw ended;
      }
    }
  }

  /**
   * Recovers until nothing strikes any more, then once more: that must find nothing to do.
   *
   * @param check as for a command
   * @return whether the machine was started anew
   */
  boolean recover(List<ScheduledFault> strikes, Check check) throws HistoryAborted {
    boolean started = false;
    if (!strikes.isEmpty()) {
      CommandRun<List<String>> struck = engine.run(it -> new Recovery(it).run(), strikes);
      if (struck.ending() instanceof Ending.Failed<List<String>> failed
          && struck.undisturbed()
          && !struck.struckBy(WorldFault.DiskFills.class)
          && !situation.world.isFilledBeyondHelp()) {
        throw HistoryAborted.violated(Property.P5, "recovery fails: " + failed.inWords());
      }
      started = startedAnew(struck, check);
      if (!started && struck.struckBy(WorldFault.DiskFails.class)) {
        powerCut();
        started = true;
      }
    }
    recoveries.run();
    return started;
  }

  /** The power is lost, and comes back. */
  void powerCut() throws HistoryAborted {
    situation.world.cutPower();
    comeBack();
  }

  /** The power comes back to a machine that had lost it. */
  void comeBack() throws HistoryAborted {
    Set<DeploymentId> back = new HashSet<>(situation.world.view().deployments());
    back.retainAll(situation.pruned.keySet());
    back.removeAll(situation.known.deployments().keySet());
    for (Map.Entry<DeploymentId, Deployed> it : situation.pruned.entrySet()) {
      if (back.contains(it.getKey())) {
        situation.turnsOut(known -> known.with(it.getKey(), it.getValue()));
      }
    }
    situation.pruned.clear();
    situation.powerIsBack();
    startup.boot();
  }
}
