package io.github.containersnap.histories;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.histories.Reference.Deployed;
import io.github.containersnap.histories.Run.Ending;
import io.github.containersnap.properties.Property;
import io.github.containersnap.simulation.Fault;
import io.github.containersnap.simulation.ProcessEnded;
import io.github.containersnap.simulation.Strike;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What follows a command: power that comes back, and recoveries. */
final class Aftermath {
  private final Situation situation;
  private final EngineAtWork engine;
  private final Recoveries recoveries;
  private final Startup startup;

  Aftermath(Situation situation, EngineAtWork engine, Recoveries recoveries, Startup startup) {
    this.situation = situation;
    this.engine = engine;
    this.recoveries = recoveries;
    this.startup = startup;
  }

  /**
   * Whether the power was lost under a command.
   *
   * @param run the command
   */
  static boolean lostPower(Run<?> run) {
    return run.ending() instanceof Ending.Over<?>(ProcessEnded how) && how.withItsMachine();
  }

  /**
   * Brings the machine back to rest after a command that was struck.
   *
   * @return whether it was started anew
   */
  boolean of(Run<?> run, Act act) throws Ended {
    boolean started = startedAnew(run);
    if (!started && run.struckBy(Fault.DiskFails.class)) {
      situation.tale.tell(() -> "The disk is mended, and the machine is started again.");
      powerCut();
      started = true;
    }
    boolean failed = run.ending() instanceof Ending.Failed;
    if (!run.struck().isEmpty() || run.disturbed() || failed) {
      if (!started) {
        situation.world.letTheKernelCommit();
      }
      started |= recover(act.duringRecovery());
    } else {
      recoveries.requireNothingLeft();
    }
    return started;
  }

  private boolean startedAnew(Run<?> run) throws Ended {
    if (!(run.ending() instanceof Ending.Over<?>)) {
      return false;
    }
    situation.storeMayBeDamaged = true;
    if (!lostPower(run)) {
      return false;
    }
    situation.tale.tell(() -> "The power comes back.");
    powerCut();
    return true;
  }

  /**
   * Recovers until nothing strikes any more, then once more: that must find nothing to do.
   *
   * @return whether the machine was started anew
   */
  boolean recover(List<Strike> strikes) throws Ended {
    boolean started = false;
    if (!strikes.isEmpty()) {
      Run<List<String>> struck = engine.run(it -> new Recovery(it).run(), strikes);
      if (struck.ending() instanceof Ending.Failed<List<String>> failed
          && struck.undisturbed()
          && !struck.struckBy(Fault.DiskFills.class)
          && !situation.world.isFilledBeyondHelp()) {
        throw Ended.violated(Property.P5, "recovery fails: " + failed.inWords());
      }
      started = startedAnew(struck);
      if (!started && struck.struckBy(Fault.DiskFails.class)) {
        powerCut();
        started = true;
      }
    }
    recoveries.run();
    return started;
  }

  /** The power is lost, and comes back. */
  void powerCut() throws Ended {
    situation.world.cutPower();
    comeBack();
  }

  /** The power comes back to a machine that had lost it. */
  void comeBack() throws Ended {
    Set<DeploymentId> back = new HashSet<>(situation.world.view().deployments());
    back.retainAll(situation.pruned.keySet());
    back.removeAll(situation.known.deployments().keySet());
    for (Map.Entry<DeploymentId, Deployed> it : situation.pruned.entrySet()) {
      if (back.contains(it.getKey())) {
        situation.known = situation.known.with(it.getKey(), it.getValue());
      }
    }
    situation.pruned.clear();
    startup.boot();
  }
}
