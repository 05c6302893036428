package io.github.containersnap.harness.world.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.Conformance;
import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.history.play.WorldFactory;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoopbackHistoriesTest {
  private static final Specification FIRST = new Specification(1, 0, Health.GOOD);
  private static final Specification SECOND = new Specification(0, 2, Health.GOOD);
  private static final int OTHER_CUTS = 2;

  /** Of each command, when the worlds are compared. */
  private static final int STATES = 6;

  private Workspace workspace;
  private LoopbackWorldFactory worlds;

  @SuppressWarnings("NullAway.Init") // before all tests
  LoopbackHistoriesTest() {}

  @BeforeAll
  void makeWorlds() {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    worlds = new LoopbackWorldFactory(workspace, OTHER_CUTS);
  }

  @AfterAll
  void takeWorldsAway() {
    worlds.close();
    workspace.close();
  }

  private HistoryResult play(History history, UnaryOperator<Machine> updater) {
    return Player.play(history, worlds, updater, true);
  }

  @Test
  void a_power_cut_goes_on_from_a_crash_state_and_others_are_looked_at() {
    ScheduledFault cut = new ScheduledFault(17, 40, new WorldFault.PowerCut(false));
    HistoryResult played = play(update(cut), Player.SHIPPED);

    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    assertThat(played.crashStates()).isEqualTo(1 + OTHER_CUTS);
    assertThat(played.story()).anyMatch(it -> it.startsWith("The power is lost after call 17"));
  }

  private static History update(ScheduledFault strike) {
    HistoryStep update = new HistoryStep.Update(SECOND, true);
    return new History(53, FIRST, List.of(new ScheduledStep(update, List.of(strike), List.of())));
  }

  /** As the simulated world found them, and made them short. */
  @ParameterizedTest
  @EnumSource(
      value = Mutant.class,
      names = {"STORE_LAYER_BOOTED", "NO_COMMIT_AFTER_SWITCH", "FALLBACK_DELETED"})
  void a_bug_that_the_simulated_world_finds_is_a_bug_here(Mutant mutant) {
    History history = new History(1, FIRST, List.of());
    HistoryResult simulated = Player.play(history, WorldFactory.SIMULATED, mutant::of, true);
    HistoryResult real = play(history, mutant::of);

    assertThat(simulated.violation()).isPresent();
    assertThat(real.violation().map(Violation::property))
        .isEqualTo(simulated.violation().map(Violation::property));
    assertThat(real.violation().orElseThrow().property())
        .isIn(Property.P1, Property.P2, Property.P4, Property.P11);
  }

  private static final History UPDATE_AND_BACK =
      new History(
          7,
          FIRST,
          List.of(
              ScheduledStep.of(new HistoryStep.Update(SECOND, false)),
              ScheduledStep.of(new HistoryStep.Rollback())));

  @Test
  void the_model_allows_what_power_cuts_leave_on_a_real_disk() {
    Conformance.Result result = new Conformance(worlds, Player.SHIPPED, STATES).of(UPDATE_AND_BACK);

    assertThat(result.disagreements()).isEmpty();
    assertThat(result.leftOut()).isZero();
    assertThat(result.commands()).isEqualTo(4); // with the last update and prune of each history
    assertThat(result.states()).isEqualTo(4L * STATES);
    assertThat(result.seen().get("update")).hasSizeGreaterThan(2);
  }

  @Test
  void what_the_model_does_not_allow_is_seen() {
    Conformance.Result result =
        new Conformance(worlds, Mutant.MENU_IN_PLACE::of, STATES).of(UPDATE_AND_BACK);

    assertThat(result.disagreements())
        .extracting(Conformance.Disagreement::outcome)
        .anyMatch(it -> it.startsWith("boots nothing"));
  }
}
