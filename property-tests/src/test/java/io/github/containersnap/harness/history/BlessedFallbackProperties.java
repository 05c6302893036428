package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.ReadOnlyState;
import io.github.containersnap.engine.Snapshot;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.simulated.SimulatedMachine;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever is switched, rolled back, opened, closed and updated, and whatever deployment the engine
 * takes for the running one: a blessed system stays in the boot menu, and nothing that is writable
 * or was never blessed is the fallback in its place.
 */
class BlessedFallbackProperties {
  private static final int TRIES = 300;

  /** What is done to the machine. */
  enum Verb {
    UPDATE,
    SNAPSHOT,
    OPEN,
    CLOSE,
    SWITCH,
    BACK,
    BLESS,
    BOOT
  }

  /**
   * One step.
   *
   * @param which chooses one of the deployments, or the version of the image
   */
  record Move(Verb verb, int which) {}

  @Provide
  Arbitrary<List<Move>> moves() {
    return Combinators.combine(Arbitraries.of(Verb.class), Arbitraries.integers().between(0, 20))
        .as(Move::new)
        .list()
        .ofMinSize(3)
        .ofMaxSize(20);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE, seed = "16")
  void a_blessed_system_is_never_lost_from_the_menu(@ForAll("moves") List<Move> moves) {
    Bench bench = new Bench();
    for (Move move : moves) {
      Set<DeploymentId> good = bench.blessedAndClosed();
      bench.perform(move);
      BootMenu menu = bench.menu().orElseThrow();
      if (good.isEmpty()) {
        continue;
      }
      assertThat(bench.blessedAndClosed()).as("%s after %s", menu, move).isNotEmpty();
      good.remove(menu.byDefault().deployment());
      if (!good.isEmpty() && !(move.verb() == Verb.BLESS)) {
        assertThat(bench.blessedAndClosed())
            .as("the fallback after %s", move)
            .contains(menu.fallback().orElseThrow().deployment());
      }
    }
  }

  /** A machine with a blessed deployment, and what the engine believes to be running. */
  private static final class Bench {
    private final SimulatedMachine simulated = new SimulatedMachine(16);
    private Optional<BootedDeployment> boot = Optional.empty();

    Bench() {
      new Initialization(machine()).run();
      update(0);
      boot = Optional.of(BootedDeployment.of(menu().orElseThrow().byDefault().deployment()));
      new Blessing(machine()).run();
    }

    private Machine machine() {
      Machine seen = simulated.seenBy(simulated.start(List.of()), Progress.NONE);
      return new Machine(seen.ports(), seen.layout(), boot, Progress.NONE);
    }

    Optional<BootMenu> menu() {
      return machine().ports().bootloader().menu();
    }

    /** The deployments of the menu that are blessed, and that nobody may be at work in. */
    Set<DeploymentId> blessedAndClosed() {
      Machine machine = machine();
      return machine.ports().bootloader().menu().stream()
          .flatMap(BootMenu::entries)
          .filter(entry -> entry.standing() instanceof TrialState.Blessed)
          .map(BootEntry::deployment)
          .filter(machine.deployments()::isReadOnly)
          .collect(Collectors.toCollection(HashSet::new));
    }

    private void update(int version) {
      HistoryImage image = HistoryImage.of(new Specification(version % 2, version, Health.GOOD));
      simulated.publish(image);
      new Update(machine()).retrying().run(image.reference());
    }

    void perform(Move move) {
      List<DeploymentId> all = machine().deployments().all();
      DeploymentId chosen = all.get(move.which() % all.size());
      try {
        switch (move.verb()) {
          case UPDATE -> update(move.which() % 4);
          case SNAPSHOT -> new Snapshot(machine()).of(chosen);
          case OPEN -> new ReadOnlyState(machine()).open(chosen);
          case CLOSE -> new ReadOnlyState(machine()).close(chosen);
          case SWITCH -> new Switch(machine()).to(chosen);
          case BACK -> new Switch(machine()).back();
          case BLESS -> new Blessing(machine()).run();
          // Also a writable snapshot: what an engine inside a chroot would believe.
          case BOOT -> boot = Optional.of(BootedDeployment.of(chosen));
        }
      } catch (RefusedException | NotADeploymentException refused) {
        // It says so, and changes nothing.
      }
    }
  }
}
