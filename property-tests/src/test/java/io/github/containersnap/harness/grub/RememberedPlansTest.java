package io.github.containersnap.harness.grub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.grub.EngineMenusTest.Btrfs;
import io.github.containersnap.harness.view.BootPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A plan is remembered only where GRUB, started again, would come to the same. */
class RememberedPlansTest {
  private static final List<String> MENUS =
      EngineMenusTest.shortMenus().stream().map(EngineMenusTest::text).toList();
  private static final List<String> FILES =
      Stream.of(EngineMenus.NEW, EngineMenus.OLD)
          .map(DeploymentLayout::fromTopLevel)
          .flatMap(
              root ->
                  Stream.of("vmlinuz", "initramfs.img")
                      .map(file -> "/%s/usr/lib/modules/6.1/%s".formatted(root, file)))
          .toList();

  /** A machine as it is looked at. */
  record Look(Btrfs system, Optional<byte[]> environment) {
    BootPlan plan() {
      return new GrubMachine(system, environment).plan();
    }
  }

  @Provide
  Arbitrary<List<Look>> looks() {
    Arbitrary<Set<String>> missing = Arbitraries.of(FILES).set().ofMaxSize(2);
    Arbitrary<Optional<byte[]>> environment =
        Arbitraries.of(
            GrubMachine.emptyEnvironment(),
            EnvironmentBlock.empty().with(Map.of("container_snap_boots", "3")).content(),
            Optional.empty());
    return Combinators.combine(Arbitraries.of(MENUS), missing, environment)
        .as((menu, gone, counted) -> new Look(new Btrfs(menu, gone), counted))
        .list()
        .ofMinSize(2)
        .ofMaxSize(30);
  }

  @Property(tries = 200, seed = "1")
  void isWhatTheMachineStarts(@ForAll("looks") List<Look> looks) {
    RememberedPlans plans = new RememberedPlans();
    for (Look look : looks) {
      assertThat(plans.plan(look.system(), look.environment())).isEqualTo(look.plan());
    }
  }

  @Example
  void isRememberedAcrossMachines() {
    RememberedPlans plans = new RememberedPlans();
    for (String menu : MENUS) {
      BootPlan first = plans.plan(new Btrfs(menu, Set.of()), GrubMachine.emptyEnvironment());
      assertThat(plans.plan(new Btrfs(menu, Set.of("/not/asked")), GrubMachine.emptyEnvironment()))
          .isSameAs(first);
    }
  }
}
