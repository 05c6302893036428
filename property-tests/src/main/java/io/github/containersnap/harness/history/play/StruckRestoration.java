package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.Campaign.Caught;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A file of /etc is restored, and killed before each port call in turn. Random histories draw that
 * too seldom: a restoration that is not one step shows at one moment alone, between two calls.
 */
public final class StruckRestoration {
  private static final String FILE = "base.conf";
  private static final int MOST_CALLS = 250;

  private StruckRestoration() {}

  /**
   * Plays these histories until one is violated.
   *
   * @param updater what the engine works on instead of the machine
   */
  public static Optional<Caught> untilCaught(UnaryOperator<Machine> updater) {
    for (int call = 1; call <= MOST_CALLS; call++) {
      History history = killedBefore(call);
      Optional<Violation> violation = Player.play(history, updater, false).violation();
      if (violation.isPresent()) {
        return Optional.of(new Caught(call, violation.get(), history));
      }
    }
    return Optional.empty();
  }

  private static History killedBefore(int call) {
    return new History(
        1,
        new Specification(0, 0, Health.GOOD),
        List.of(
            ScheduledStep.of(new HistoryStep.EditEtc(FILE, "mine\n")),
            new ScheduledStep(
                new HistoryStep.Restore(FILE, false),
                List.of(new ScheduledFault(call, 0, new WorldFault.Kill())),
                List.of(),
                false)));
  }
}
