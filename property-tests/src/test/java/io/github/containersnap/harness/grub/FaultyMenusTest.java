package io.github.containersnap.harness.grub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.grub.EngineMenus.Menu;
import io.github.containersnap.harness.grub.EngineMenus.Mounts;
import io.github.containersnap.harness.mutant.planted.MenuFaults;
import io.github.containersnap.harness.property.Atomic;
import io.github.containersnap.harness.property.ComesUp;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.ExpectedBoot;
import io.github.containersnap.harness.property.FallsBack;
import io.github.containersnap.harness.property.MenuView;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.tree.TreeManifest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults in the text of a menu break the property that they are about. */
class FaultyMenusTest {
  private static final Menu ON_TRIAL =
      new Menu(
          new TrialState.OnTrial(Instant.ofEpochSecond(EngineMenus.ARMED)),
          true,
          List.of("quiet"),
          Mounts.VAR);
  private static final String NEW = DeploymentLayout.fromTopLevel(EngineMenus.NEW);
  private static final String OLD = DeploymentLayout.fromTopLevel(EngineMenus.OLD);
  private static final ExpectedBoot.Told TOLD =
      new ExpectedBoot.Told(Set.of("quiet"), Set.of("/var"));
  private static final Expected EXPECTED =
      new Expected(
          Map.of(
              EngineMenus.NEW.toString(),
              deployment(NEW),
              EngineMenus.OLD.toString(),
              deployment(OLD)),
          Set.of(),
          EngineMenus.NEW.toString(),
          Optional.of(EngineMenus.OLD.toString()),
          new ExpectedBoot(
              EngineMenusTest.UUID, Map.of(NEW, TOLD, OLD, TOLD), List.of(NEW, NEW, NEW, OLD)),
          Optional.empty(),
          Set.of(),
          Map.of(),
          false);

  private static Expected.Deployment deployment(String root) {
    ManifestTree empty = new ManifestTree("", TreeManifest.of(Map.of()));
    return new Expected.Deployment(
        "the deployment " + root,
        root,
        empty,
        empty,
        Access.READ_ONLY,
        new Origin("", Optional.empty()));
  }

  /** What is done to the text of a sound menu. */
  enum Fault {
    ROOT_UUID_WRONG(Property.P10, MenuFaults::rootElsewhere),
    ROOT_UUID_WRONG_IN_THE_FALLBACK(Property.P10, ofFallback(MenuFaults::rootElsewhere)),
    TRIAL_NEVER_COUNTED(Property.P11, MenuFaults::unsaved),
    TRIAL_NEVER_GIVEN_UP(Property.P11, text -> text.replace("set default=1", "set default=0")),
    MENU_WAITS_FOR_EVER(Property.P1, MenuFaults::waiting),
    VAR_NOT_MOUNTED(Property.P10, MenuFaults::withoutVar),
    VAR_NOT_MOUNTED_IN_THE_FALLBACK(Property.P10, ofFallback(MenuFaults::withoutVar)),
    ARGUMENTS_LOST(Property.P10, text -> text.replace(" quiet", "")),
    ARGUMENTS_LOST_IN_THE_FALLBACK(Property.P10, ofFallback(text -> text.replace(" quiet", ""))),
    DEFAULT_KERNEL_IN_THE_FALLBACK(
        Property.P1, ofFallback(text -> text.replace("linux /" + OLD, "linux /" + NEW))),
    NO_INITRD(Property.P1, text -> text.replaceAll("(?m)^ *initrd .*\\R", ""));

    private final Property property;

    @SuppressWarnings("ImmutableEnumChecker") // functions of their argument alone
    private final UnaryOperator<String> fault;

    Fault(Property property, UnaryOperator<String> fault) {
      this.property = property;
      this.fault = fault;
    }

    private static UnaryOperator<String> ofFallback(UnaryOperator<String> fault) {
      return text -> {
        int second = text.lastIndexOf("menuentry");
        return text.substring(0, second) + fault.apply(text.substring(second));
      };
    }
  }

  private static List<Violation> violations(String text) {
    BootPlan plan =
        new GrubMachine(new EngineMenusTest.Btrfs(text, Set.of()), GrubMachine.emptyEnvironment())
            .plan();
    return Stream.of(new Atomic(), new ComesUp(), new FallsBack())
        .flatMap(property -> property.judge(new MenuView(plan), EXPECTED).stream())
        .toList();
  }

  @Test
  void the_sound_menu_breaks_nothing() {
    assertThat(violations(EngineMenusTest.text(ON_TRIAL))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void a_faulty_menu_breaks_its_property(Fault fault) {
    String text = EngineMenusTest.text(ON_TRIAL);
    String faulty = fault.fault.apply(text);

    assertThat(faulty).isNotEqualTo(text);
    assertThat(violations(faulty)).extracting(Violation::property).contains(fault.property);
  }
}
