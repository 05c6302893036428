package io.github.containersnap.harness.world.simulated;

import static io.github.containersnap.harness.world.simulated.FirstDeployment.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A command that is struck at one place after the other, each time on a machine of its own. */
final class StruckCommand {
  private StruckCommand() {}

  /**
   * How far the striking went.
   *
   * @param calls how many calls the command makes, and one more: that of the run which nothing
   *     struck
   * @param places how often it was struck
   */
  record Reach(int calls, int places) {}

  /**
   * Strikes a command before each of its calls, after each, and between each two of its steps.
   * After each, the machine is started again.
   *
   * @param before the machine, which stays as it is
   * @param first brings a copy of it to where the command begins
   * @param judge looks at the machine that was started again
   */
  static Reach atEachPlace(
      SimulatedMachine before,
      WorldFault fault,
      Consumer<SimulatedMachine> first,
      Consumer<Machine> command,
      Consumer<SimulatedMachine> judge) {
    int places = 0;
    for (int call = 1; ; call++) {
      for (int step = 0; ; step++) {
        SimulatedMachine on = new SimulatedMachine(1000L * call + step, before);
        first.accept(on);
        RunningCommand struck = struck(on, new ScheduledFault(call, step, fault), command);
        if (struck.struck().isEmpty()) {
          return new Reach(call, places);
        }
        places++;
        restartAfter(on, struck);
        judged(struck, () -> judge.accept(on));
        if (struck.struck().getFirst().after()) {
          break;
        }
      }
    }
  }

  /** The same, of a machine at which the command begins. */
  static Reach atEachPlace(
      SimulatedMachine before,
      WorldFault fault,
      Consumer<Machine> command,
      Consumer<SimulatedMachine> judge) {
    return atEachPlace(before, fault, _ -> {}, command, judge);
  }

  /**
   * Lets each call of a command fail, and none of them at last.
   *
   * @param judge looks at the machine, which still runs, and hears whether the command failed
   * @return how many calls the command makes, and one more
   */
  static int withAnErrorAtEachCall(
      SimulatedMachine before,
      Consumer<Machine> command,
      BiConsumer<SimulatedMachine, Boolean> judge) {
    for (int call = 1; ; call++) {
      SimulatedMachine on = new SimulatedMachine(call, before);
      RunningCommand running =
          on.start(List.of(new ScheduledFault(call, 0, new WorldFault.InputOutputError())));
      boolean failed = fails(on, running, command);
      judged(running, () -> judge.accept(on, failed));
      if (running.struck().isEmpty()) {
        return call;
      }
    }
  }

  private static boolean fails(
      SimulatedMachine on, RunningCommand running, Consumer<Machine> command) {
    try {
      command.accept(on.seenBy(running, Progress.NONE));
      return false;
    } catch (RuntimeException failure) {
      return true;
    }
  }

  private static void judged(RunningCommand command, Runnable judge) {
    try {
      judge.run();
    } catch (AssertionError wrong) {
      throw new AssertionError("after %s".formatted(command.struck()), wrong);
    }
  }

  /** Runs a command with a fault; what it leaves is the caller's to judge. */
  static RunningCommand struck(
      SimulatedMachine on, ScheduledFault fault, Consumer<Machine> command) {
    RunningCommand running = on.start(List.of(fault));
    try {
      command.accept(on.seenBy(running, Progress.NONE));
    } catch (RuntimeException | ProcessKilled failed) {
      // What it leaves says more.
    }
    return running;
  }

  /** Starts a machine again after what struck a command on it. */
  static void restartAfter(SimulatedMachine on, RunningCommand command) {
    if (command.ended().filter(ProcessKilled::withItsMachine).isPresent()) {
      on.cutPower();
    } else {
      on.restart();
    }
    on.freeTheDisk();
    start(on);
  }

  /** Boots, and runs what runs early in a boot. */
  static void start(SimulatedMachine on) {
    assertThat(on.startSystem()).isInstanceOf(FirmwareModel.Attempt.Up.class);
    run(on, it -> new Recovery(it).run());
    run(on, it -> new Finalization(it).run());
  }
}
