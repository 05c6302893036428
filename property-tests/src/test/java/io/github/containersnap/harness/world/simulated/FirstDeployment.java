package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.world.HistoryImage;
import java.util.List;
import java.util.function.Function;

/** Brings a simulated machine to where most tests begin. */
final class FirstDeployment {
  private FirstDeployment() {}

  /** Installs {@code image} and boots it; it is not blessed yet. */
  static void of(HistoryImage image, SimulatedMachine on) {
    on.publish(image);
    run(
        on,
        it -> {
          new Initialization(it).run();
          return new Update(it).run(image.reference());
        });
    on.restart();
    on.startSystem();
  }

  /** Runs a command that nothing strikes. */
  static <T> T run(SimulatedMachine on, Function<Machine, T> command) {
    return command.apply(on.seenBy(on.start(List.of()), Progress.NONE));
  }
}
