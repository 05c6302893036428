package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.Campaign.Caught;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.List;
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
   * Plays these histories.
   *
   * @param updater what the engine works on instead of the machine
   * @return those that are violated; each says as its tries before which call the kill came
   */
  public static List<Caught> caught(UnaryOperator<Machine> updater) {
    List<Caught> caught = new ArrayList<>();
    for (int call = 1; call <= MOST_CALLS; call++) {
      History history = killedBefore(call);
      HistoryResult played = Player.play(history, updater, false);
      int before = call;
      played.violation().ifPresent(it -> caught.add(new Caught(before, it, history)));
      if (played.faults() == 0) {
        break; // it makes no more calls
      }
    }
    return caught;
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
