package io.github.containersnap.harness.grub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.grub.EngineMenusTest.Btrfs;
import io.github.containersnap.harness.view.BootPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A plan is remembered only where GRUB, started again, would come to the same. */
class RememberedPlansTest {
  private static final List<String> MENUS =
      EngineMenusTest.shortMenus().stream().map(EngineMenusTest::text).toList();
  private static final List<String> FILES =
      Stream.of(EngineMenus.NEW, EngineMenus.OLD)
          .map(DeploymentLayout::fromTopLevel)
          .flatMap(
              root ->
                  Stream.of(
                      "/" + root + "/usr/lib/modules/6.1/vmlinuz",
                      "/" + root + "/usr/lib/modules/6.1/initramfs.img"))
          .toList();

  /** A machine as it is looked at. */
  record Look(
      @IntRange(max = 5) int menu, @Size(max = 2) Set<@IntRange(max = 3) Integer> missing, boolean tried) {
    Btrfs system() {
      return new Btrfs(
          MENUS.get(menu),
          Set.copyOf(missing.stream().map(FILES::get).toList()));
    }

    Optional<byte[]> environment() {
      String trial = DeploymentId.class.getSimpleName();
      return tried
          ? EnvironmentBlock.empty().with(Map.of("container_snap_trial", trial)).content()
          : GrubMachine.emptyEnvironment();
    }
  }

  @Property(tries = 200, seed = "1")
  void isThePlanOfTheMachineItself(
      @ForAll @Size(min = 2, max = 20) List<Integer> looks) {
    RememberedPlans plans = new RememberedPlans();
    for (int drawn : looks) {
      Look look = null;
    }
  }
}
