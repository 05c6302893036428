package io.github.containersnap.harness.world.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.history.Act;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.Played;
import io.github.containersnap.harness.history.Step;
import io.github.containersnap.harness.history.play.Conformance;
import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.history.play.Worlds;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.Fault;
import io.github.containersnap.harness.world.SimulatedImage.Health;
import io.github.containersnap.harness.world.SimulatedImage.Specification;
import io.github.containersnap.harness.world.Strike;
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
  private LoopbackWorlds worlds;

  @SuppressWarnings("NullAway.Init") // before all tests
  LoopbackHistoriesTest() {}

  @BeforeAll
  void makeWorlds() {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    worlds = new LoopbackWorlds(workspace, OTHER_CUTS);
  }

  @AfterAll
  void takeWorldsAway() {
    worlds.close();
    workspace.close();
  }

  private Played play(History history, UnaryOperator<Machine> updater) {
    return Player.play(history, worlds, updater, true);
  }

  @Test
  void a_power_cut_goes_on_from_a_crash_state_and_others_are_looked_at() {
    Strike cut = new Strike(17, 40, new Fault.PowerCut(false));
    Played played = play(update(cut), Player.SHIPPED);

    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
    assertThat(played.crashStates()).isEqualTo(1 + OTHER_CUTS);
    assertThat(played.story()).anyMatch(it -> it.startsWith("The power is lost after call 17"));
  }

  private static History update(Strike strike) {
    Step update = new Step.Update(SECOND, true);
    return new History(53, FIRST, List.of(new Act(update, List.of(strike), List.of())));
  }

  /** As the simulated world found them, and made them short. */
  @ParameterizedTest
  @EnumSource(
      value = Mutant.class,
      names = {"STORE_LAYER_BOOTED", "NO_COMMIT_AFTER_SWITCH", "FALLBACK_DELETED"})
  void a_bug_that_the_simulated_world_finds_is_a_bug_here(Mutant mutant) {
    History history = new History(1, FIRST, List.of());
    Played simulated = Player.play(history, Worlds.SIMULATED, mutant::of, true);
    Played real = play(history, mutant::of);

    assertThat(simulated.violation()).isPresent();
    assertThat(real.violation().map(Violation::property))
        .isEqualTo(simulated.violation().map(Violation::property));
    assertThat(real.violation().orElseThrow().property())
        .isIn(Property.P1, Property.P2, Property.P4, Property.P11);
  }

  private static final History UPDATE_AND_BACK =
      new History(
          7, FIRST, List.of(Act.of(new Step.Update(SECOND, false)), Act.of(new Step.Rollback())));

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
