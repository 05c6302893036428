package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.world.Fault;
import io.github.containersnap.harness.world.SimulatedImage.Health;
import io.github.containersnap.harness.world.SimulatedImage.Specification;
import io.github.containersnap.harness.world.Strike;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command, struck at each of its port calls, on a machine that nothing recovers. */
class StruckCommandTest {
  private static final Specification FIRST = new Specification(0, 0, Health.GOOD);
  private static final Specification SECOND = new Specification(1, 1, Health.GOOD);
  private static final int MOST_CALLS = 250;

  static Stream<List<Step>> commands() {
    Step update = new Step.Update(SECOND, false);
    Step snapshot = new Step.CreateSnapshot(0);
    return Stream.of(
        List.of(update),
        List.of(new Step.Download(SECOND)),
        List.of(update, new Step.Rollback()),
        List.of(update, new Step.Switch(0)),
        List.of(snapshot),
        List.of(snapshot, new Step.Delete(1)),
        List.of(snapshot, new Step.SetReadOnly(1, true)),
        List.of(new Step.Pin(0)),
        List.of(new Step.Pin(0), new Step.Unpin(0)),
        List.of(update, new Step.Reboot(true, true)));
  }

  /** A switch, too, that fails in its very last commit: it takes back what it did. */
  @ParameterizedTest
  @MethodSource("commands")
  void a_command_that_fails_of_one_error_changes_nothing(List<Step> steps) {
    assertThat(eachCallStruck(steps, Strike.AFTER, new Fault.InputOutputError()))
        .as("errors that came")
        .isPositive();
  }

  /** The same command again may find its work done: then it must be durable all the same. */
  @ParameterizedTest
  @MethodSource("commands")
  void a_command_that_was_killed_can_be_repeated_without_a_recovery(List<Step> steps) {
    assertThat(eachCallStruck(steps, 0, new Fault.Kill())).as("kills that came").isPositive();
  }

  private static int eachCallStruck(List<Step> steps, int place, Fault fault) {
    for (int call = 1; call <= MOST_CALLS; call++) {
      if (faults(steps, new Strike(call, place, fault)) == 0) {
        return call - 1; // it makes no more calls
      }
    }
    return MOST_CALLS;
  }

  private static int faults(List<Step> steps, Strike strike) {
    Step last = steps.getLast();
    Step again = last instanceof Step.Reboot ? new Step.Bless() : last;
    List<Act> acts = new ArrayList<>();
    steps.subList(0, steps.size() - 1).forEach(it -> acts.add(Act.of(it)));
    acts.add(new Act(last, List.of(strike), List.of(), true));
    acts.add(Act.of(again));
    acts.add(new Act(new Step.Reboot(false, true), List.of(), List.of(), true));
    Played played = Player.play(new History(1, FIRST, acts), Player.SHIPPED, true);
    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    return played.faults();
  }
}
