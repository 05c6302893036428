package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.history.play.Campaign;
import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.history.play.StruckRestoration;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command, struck at each of its port calls, on a machine that nothing recovers. */
class StruckCommandTest {
  private static final Specification FIRST = new Specification(0, 0, Health.GOOD);
  private static final Specification SECOND = new Specification(1, 1, Health.GOOD);
  private static final int MOST_CALLS = 250;

  private static final HistoryStep ARGUMENT =
      new HistoryStep.KernelArguments(HistoryStep.KernelArguments.Change.APPEND, "added=1");
  private static final HistoryStep CHANGED = new HistoryStep.EditEtc("base.conf", "mine\n");

  static Stream<List<HistoryStep>> commands() {
    HistoryStep update = new HistoryStep.Update(SECOND, false);
    HistoryStep snapshot = new HistoryStep.CreateSnapshot(0);
    return Stream.of(
        List.of(update),
        List.of(new HistoryStep.Download(SECOND)),
        List.of(update, new HistoryStep.Rollback()),
        List.of(update, new HistoryStep.Switch(0)),
        List.of(update, new HistoryStep.Discard()),
        List.of(ARGUMENT),
        List.of(update, ARGUMENT),
        List.of(CHANGED, new HistoryStep.Reset(true, "")),
        List.of(CHANGED, new HistoryStep.Restore("base.conf", false)),
        List.of(new HistoryStep.Source("docker://registry.example/os:stable")),
        List.of(snapshot),
        List.of(snapshot, new HistoryStep.Delete(1)),
        List.of(snapshot, new HistoryStep.SetReadOnly(1, true)),
        List.of(new HistoryStep.Pin(0)),
        List.of(new HistoryStep.Pin(0), new HistoryStep.Unpin(0)),
        List.of(update, new HistoryStep.Reboot(true, true)));
  }

  /** A switch, too, that fails in its very last commit: it takes back what it did. */
  @ParameterizedTest
  @MethodSource("commands")
  void a_command_that_fails_of_one_error_changes_nothing(List<HistoryStep> steps) {
    assertThat(eachCallStruck(steps, ScheduledFault.AFTER, new WorldFault.InputOutputError()))
        .as("errors that came")
        .isPositive();
  }

  /** The same command again may find its work done: then it must be durable all the same. */
  @ParameterizedTest
  @MethodSource("commands")
  void a_command_that_was_killed_can_be_repeated_without_a_recovery(List<HistoryStep> steps) {
    assertThat(eachCallStruck(steps, 0, new WorldFault.Kill())).as("kills that came").isPositive();
  }

  /** Too seldom drawn: the only moment at which it shows lies between two calls. */
  @Test
  void a_restoration_that_is_not_one_step_is_caught() {
    assertThat(StruckRestoration.caught(Mutant.RESTORED_IN_PLACE::of))
        .map(Campaign.Caught::violation)
        .map(Violation::property)
        .containsExactly(Property.P4);
    assertThat(StruckRestoration.caught(Player.SHIPPED)).isEmpty();
  }

  private static int eachCallStruck(List<HistoryStep> steps, int place, WorldFault fault) {
    for (int call = 1; call <= MOST_CALLS; call++) {
      if (faults(steps, new ScheduledFault(call, place, fault)) == 0) {
        return call - 1; // it makes no more calls
      }
    }
    return MOST_CALLS;
  }

  private static int faults(List<HistoryStep> steps, ScheduledFault strike) {
    HistoryStep last = steps.getLast();
    HistoryStep again = last instanceof HistoryStep.Reboot ? new HistoryStep.Bless() : last;
    List<ScheduledStep> acts = new ArrayList<>();
    steps.subList(0, steps.size() - 1).forEach(it -> acts.add(ScheduledStep.of(it)));
    acts.add(new ScheduledStep(last, List.of(strike), List.of(), true));
    acts.add(ScheduledStep.of(again));
    acts.add(new ScheduledStep(new HistoryStep.Reboot(false, true), List.of(), List.of(), true));
    HistoryResult played = Player.play(new History(1, FIRST, acts), Player.SHIPPED, true);
    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    return played.faults();
  }
}
