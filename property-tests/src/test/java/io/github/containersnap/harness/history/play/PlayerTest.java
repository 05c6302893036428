package io.github.containersnap.harness.history.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.history.Generator;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlayerTest {
  private static final Specification FIRST = new Specification(0, 0, Health.GOOD);
  private static final Specification SECOND = new Specification(1, 1, Health.GOOD);
  private static final int MOST_CALLS = 250;
  private static final int MOST_TRIES = 1500;

  /** From here it is not far to a history that shows what only one in thousands does. */
  private static final long NEAR_ONE = 5000;

  /** The call of {@link #updateStruckBy} that pulls, and how many steps it takes at most. */
  private static final int PULL = 18;

  private static final int STEPS_OF_A_PULL = 130;

  private static final int CALLS_OF_A_SHORT_COMMAND = 24;

  private static History updateStruckBy(ScheduledFault strike) {
    HistoryStep update = new HistoryStep.Update(SECOND, false);
    return new History(
        1,
        FIRST,
        List.of(
            ScheduledStep.of(new HistoryStep.EditEtc("hostname", "here\n")),
            new ScheduledStep(update, List.of(strike), List.of()),
            ScheduledStep.of(update)));
  }

  private static void holds(History history) {
    HistoryResult played = Player.play(history, Player.SHIPPED, true);
    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_power_cut_at_every_call_of_an_update(boolean rightAfterACommit) {
    for (int call = 1; call <= MOST_CALLS; call++) {
      for (int step : new int[] {0, 1, 2, ScheduledFault.AFTER}) {
        holds(
            updateStruckBy(
                new ScheduledFault(call, step, new WorldFault.PowerCut(rightAfterACommit))));
      }
    }
  }

  /**
   * Found by a power cut after 54 steps: a base layer that is noted, and whose subvolume is gone.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_power_cut_at_every_step_of_a_pull(boolean rightAfterACommit) {
    for (int step = 1; step <= STEPS_OF_A_PULL; step++) {
      holds(
          updateStruckBy(
              new ScheduledFault(PULL, step, new WorldFault.PowerCut(rightAfterACommit))));
    }
  }

  @Test
  void a_seed_always_gives_the_same_history_and_the_same_story() {
    for (long seed = 1; seed <= 20; seed++) {
      History history = Generator.history(seed);
      assertThat(Generator.history(seed)).isEqualTo(history);
      assertThat(Player.play(history, Player.SHIPPED, true))
          .isEqualTo(Player.play(history, Player.SHIPPED, true));
    }
  }

  /**
   * What a killed command changed and nothing committed is lost with the first power cut, and still
   * lost after a second one that strikes before anybody has looked.
   */
  @Test
  void a_change_that_was_never_durable_may_be_lost_by_the_first_of_two_power_cuts() {
    for (int kill = 1; kill <= CALLS_OF_A_SHORT_COMMAND; kill++) {
      for (int cut = 1; cut <= CALLS_OF_A_SHORT_COMMAND; cut++) {
        holds(
            new History(
                1,
                FIRST,
                List.of(
                    ScheduledStep.of(new HistoryStep.CreateSnapshot(0)),
                    new ScheduledStep(
                        new HistoryStep.SetReadOnly(1, true),
                        List.of(at(kill, new WorldFault.Kill())),
                        List.of(),
                        true),
                    new ScheduledStep(
                        new HistoryStep.CreateSnapshot(0),
                        List.of(at(1, new WorldFault.DiskFails())),
                        List.of(at(cut, new WorldFault.PowerCut(true)))))));
      }
    }
  }

  private static ScheduledFault at(int call, WorldFault fault) {
    return new ScheduledFault(call, ScheduledFault.AFTER, fault);
  }

  @Test
  void a_default_that_panics_is_given_up_by_itself() {
    HistoryResult played =
        Player.play(
            new History(
                1,
                FIRST,
                List.of(
                    ScheduledStep.of(
                        new HistoryStep.Update(new Specification(1, 1, Health.PANICS), false)),
                    ScheduledStep.of(new HistoryStep.Reboot(true, true)))),
            Player.SHIPPED,
            true);

    assertThat(played.violation()).isEmpty();
    assertThat(played.story()).filteredOn(it -> it.startsWith("The kernel panics")).hasSize(3);
    assertThat(played.counts()).containsKey("trials that ended in the fallback");
  }

  @Test
  void a_failing_history_becomes_short_and_its_story_ends_with_what_does_not_hold() {
    Campaign.Caught caught =
        Campaign.triesUntilCaught(NEAR_ONE, MOST_TRIES, Mutant.TRUST_THE_STORE::of).orElseThrow();
    Campaign.Finding finding =
        Campaign.finding(caught.history(), Mutant.TRUST_THE_STORE::of).orElseThrow();

    assertThat(finding.shrunk().acts()).hasSizeLessThanOrEqualTo(2);
    assertThat(finding.shrunk().strikes()).isEqualTo(1);
    assertThat(finding.story().getLast()).startsWith("So ").contains("does not hold");
    assertThat(Campaign.finding(caught.history(), Mutant.TRUST_THE_STORE::of)).hasValue(finding);
  }

  static Stream<Arguments> plantedBugs() {
    return Stream.of(
        planted("a lock that refuses nobody", Property.P12, PlayerTest::withoutLock),
        planted(
            "commits whose errors are not told",
            Property.P1,
            machine -> quiet(machine, Btrfs.class, machine.ports().btrfs(), "commit")),
        planted(
            "writes whose errors are not told",
            Property.P1,
            machine -> quiet(machine, SystemFiles.class, machine.ports().files(), "write")),
        planted("an image that is proven whatever it is", Property.P1, Mutant.TRUST_THE_STORE::of),
        planted(
            "deletions that are not made",
            Property.P6,
            machine -> without(machine, Btrfs.class, machine.ports().btrfs(), "deleteSubvolume")));
  }

  private static Arguments planted(String what, Property property, UnaryOperator<Machine> bug) {
    return Arguments.of(Named.of(what, bug), property);
  }

  /** Each check can fail: a bug of its kind is found. */
  @ParameterizedTest
  @MethodSource("plantedBugs")
  void a_planted_bug_is_found(UnaryOperator<Machine> bug, Property mostLikely) {
    Optional<Campaign.Caught> caught = Campaign.triesUntilCaught(NEAR_ONE, MOST_TRIES, bug);

    assertThat(caught).as("a violation, such as of %s", mostLikely).isPresent();
  }

  private static Machine withoutLock(Machine machine) {
    return on(machine, machine.ports().with(() -> () -> {}));
  }

  private static Machine on(Machine machine, Ports ports) {
    return new Machine(ports, machine.layout(), machine.boot(), machine.progress());
  }

  private static Machine quiet(Machine machine, Class<?> port, Object real, String method) {
    return replaced(machine, port, real, method, true);
  }

  private static Machine without(Machine machine, Class<?> port, Object real, String method) {
    return replaced(machine, port, real, method, false);
  }

  private static Machine replaced(
      Machine machine, Class<?> port, Object real, String spoilt, boolean called) {
    Object other =
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              boolean isSpoilt = method.getName().equals(spoilt);
              try {
                return isSpoilt && !called ? null : method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                if (isSpoilt && e.getCause() instanceof RuntimeException) {
                  return null;
                }
                throw e.getCause();
              }
            });
    Ports ports = machine.ports();
    return on(
        machine,
        switch (other) {
          case Btrfs btrfs -> ports.with(btrfs);
          case SystemFiles files -> ports.with(files);
          case ImageStore store -> ports.with(store);
          default -> throw new IllegalArgumentException("no port: " + port);
        });
  }
}
