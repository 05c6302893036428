package io.github.containersnap.harness.grub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.harness.grub.EngineMenus.Menu;
import io.github.containersnap.harness.grub.EngineMenus.Mounts;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.world.simulated.SimulatedMachine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What GRUB makes of the menus that the shipped code writes. */
class EngineMenusTest {
  private static final String TRIAL = "b".repeat(12) + "-work7@" + EngineMenus.ARMED;
  static final String UUID = "5a5a5a5a-0000-4000-8000-000000000000";

  static List<Menu> menus() {
    return EngineMenus.all();
  }

  static List<Menu> shortMenus() {
    return menus().stream()
        .filter(it -> it.arguments().isEmpty() && it.mounts() == Mounts.VAR)
        .toList();
  }

  static Stream<Arguments> menusAndCounts() {
    return menus().stream()
        .flatMap(
            menu ->
                Stream.of(0, 1, 2, TrialState.BOOTS_OF_A_TRIAL)
                    .map(count -> Arguments.of(menu, count)));
  }

  /** The text that the engine writes on a machine of its own. */
  static String text(Menu menu) {
    SimulatedMachine machine = new SimulatedMachine(1);
    Ports ports = machine.seenBy(machine.start(List.of()), Progress.NONE).ports();
    menu.write(SimulatedMachine.LAYOUT, ports.btrfs(), ports.files());
    return ports.files().read(SimulatedMachine.LAYOUT.bootMenu(), 1 << 16).orElseThrow();
  }

  /** A btrfs with this menu; kernels and initrds are there unless they are said to be missing. */
  record Btrfs(String text, Set<String> missing) implements GrubMachine.SystemFilesystem {
    @Override
    public String uuid() {
      return UUID;
    }

    @Override
    public Optional<byte[]> read(String path) {
      return path.equals(GrubMachine.MENU)
          ? Optional.of(text.getBytes(StandardCharsets.UTF_8))
          : Optional.empty();
    }

    @Override
    public boolean isKernel(String path) {
      return path.endsWith("/vmlinuz") && !missing.contains(path);
    }

    @Override
    public boolean exists(String path) {
      return !missing.contains(path);
    }
  }

  private static Optional<byte[]> counted(String trial, int boots) {
    Map<String, String> saved = new LinkedHashMap<>();
    saved.put("container_snap_trial", trial);
    saved.put("container_snap_boots", String.valueOf(boots));
    return EnvironmentBlock.empty().with(saved).content();
  }

  private static BootPlan plan(Menu menu, Optional<byte[]> environment, String... missing) {
    return new GrubMachine(new Btrfs(text(menu), Set.of(missing)), environment).plan();
  }

  private static String kernel(DeploymentId id) {
    return "/" + DeploymentLayout.fromTopLevel(id) + "/usr/lib/modules/6.1/vmlinuz";
  }

  private static String initrd(DeploymentId id) {
    return "/" + DeploymentLayout.fromTopLevel(id) + "/usr/lib/modules/6.1/initramfs.img";
  }

  private static List<String> ids(BootPlan plan) {
    return plan.starts().stream()
        .map(it -> it instanceof BootPlan.Entry entry ? entry.entry() : it.toString())
        .toList();
  }

  /** All of an entry that the design prescribes, for default and fallback alike. */
  private static void assertIs(
      BootPlan.Entry entry, Menu menu, DeploymentId id, List<String> own, Set<String> besides) {
    String root = DeploymentLayout.fromTopLevel(id);
    assertThat(entry.entry()).isEqualTo(id.toString());
    assertThat(entry.rootUuid()).isEqualTo(UUID);
    assertThat(entry.subvolume()).isEqualTo(root);
    assertThat("/" + entry.kernel()).isEqualTo(kernel(id));
    assertThat("/" + entry.initrd()).isEqualTo(initrd(id));
    assertThat(entry.timeoutSeconds()).isEqualTo(3);
    assertThat(entry.mounts())
        .containsExactlyInAnyOrderElementsOf(
            menu.mounts().told().stream()
                .map(name -> "UUID=%s:/%s:btrfs:subvol=@%s".formatted(UUID, name, name))
                .toList());
    Set<String> rest = new TreeSet<>(besides);
    rest.addAll(
        List.of(
            "root=UUID=" + UUID,
            "rootfstype=btrfs",
            "rootflags=subvol=" + root,
            "rw",
            "container-snap.deployment=" + id));
    List<String> others = new ArrayList<>(entry.arguments());
    assertThat(others.subList(others.size() - own.size(), others.size())).isEqualTo(own);
    others.subList(others.size() - own.size(), others.size()).clear();
    others.removeIf(argument -> argument.startsWith("systemd.mount-extra="));
    assertThat(others).containsExactlyInAnyOrderElementsOf(rest);
  }

  private static void assertIsDefault(BootPlan.Start start, Menu menu, int boot) {
    Set<String> trial =
        menu.onTrial()
            ? Set.of(
                "panic=10", "rd.shell=0", "rd.emergency=reboot", "container-snap.trial=" + boot)
            : Set.of();
    assertThat(start).isInstanceOf(BootPlan.Entry.class);
    assertIs((BootPlan.Entry) start, menu, EngineMenus.NEW, menu.arguments(), trial);
  }

  private static void assertIsFallback(BootPlan.Start start, Menu menu) {
    assertThat(start).isInstanceOf(BootPlan.Entry.class);
    assertIs(
        (BootPlan.Entry) start,
        menu,
        EngineMenus.OLD,
        menu.argumentsOfTheFallback(),
        Set.of("container-snap.instead-of=" + EngineMenus.NEW));
  }

  /** A trial without a fallback, which the engine never arms, goes on with the default. */
  @ParameterizedTest
  @MethodSource("menusAndCounts")
  void a_count_is_gone_through_to_its_end(Menu menu, int count) {
    BootPlan plan = plan(menu, counted(TRIAL, count));

    int tried = menu.onTrial() ? TrialState.BOOTS_OF_A_TRIAL - count : 0;
    for (int boot = 1; boot <= tried; boot++) {
      assertIsDefault(plan.at(boot), menu, count + boot);
    }
    if (!menu.onTrial()) {
      assertThat(plan.starts()).hasSize(1);
      assertIsDefault(plan.last(), menu, 0);
    } else if (menu.fallback()) {
      assertThat(plan.starts()).hasSize(tried + 1);
      assertIsFallback(plan.last(), menu);
    } else {
      assertIsDefault(plan.last(), menu, TrialState.BOOTS_OF_A_TRIAL);
    }
  }

  /** A kernel without its initrd finds no root, and GRUB would start it all the same. */
  @ParameterizedTest
  @MethodSource("menus")
  void without_a_kernel_or_an_initrd_the_other_entry_starts(Menu menu) {
    BootPlan whole = plan(menu, GrubMachine.emptyEnvironment());
    List<Function<DeploymentId, String>> halves =
        List.of(EngineMenusTest::kernel, EngineMenusTest::initrd);
    for (Function<DeploymentId, String> half : halves) {
      BootPlan broken = plan(menu, GrubMachine.emptyEnvironment(), half.apply(EngineMenus.NEW));

      if (menu.fallback()) {
        assertIsFallback(broken.at(1), menu);
        assertIsFallback(whole.fallback().orElseThrow(), menu);
      } else {
        assertThat(broken.at(1)).isInstanceOf(BootPlan.Stuck.class);
        assertThat(whole.fallback()).isEmpty();
      }
      for (Function<DeploymentId, String> other : halves) {
        BootPlan none =
            plan(
                menu,
                GrubMachine.emptyEnvironment(),
                half.apply(EngineMenus.NEW),
                other.apply(EngineMenus.OLD));
        assertThat(none.at(1)).isInstanceOf(BootPlan.Stuck.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("menus")
  void what_cannot_be_counted_boots_the_default(Menu menu) {
    assertIsDefault(plan(menu, Optional.empty()).last(), menu, 1);
    assertIsDefault(plan(menu, Optional.of(new byte[1024])).last(), menu, 1);
  }

  @ParameterizedTest
  @MethodSource("menus")
  void the_count_of_another_trial_counts_for_nothing(Menu menu) {
    BootPlan other = plan(menu, counted(TRIAL + "0", TrialState.BOOTS_OF_A_TRIAL));

    assertThat(ids(other)).isEqualTo(ids(plan(menu, GrubMachine.emptyEnvironment())));
  }

  /** A torn menu is the part in front of the cut: GRUB runs it statement by statement. */
  @ParameterizedTest
  @MethodSource("shortMenus")
  void wherever_a_menu_is_torn_grub_does_something(Menu menu) {
    String text = text(menu);
    int firstEntry = text.indexOf("\n}") + "\n}".length();
    for (int end = 0; end < text.length() - 1; end++) {
      BootPlan plan =
          new GrubMachine(
                  new Btrfs(text.substring(0, end), Set.of()), GrubMachine.emptyEnvironment())
              .plan();
      if (end < firstEntry) {
        assertThat(plan.at(1)).as("cut at %d", end).isInstanceOf(BootPlan.Stuck.class);
      } else {
        assertIsDefault(plan.at(1), menu, 1);
        assertThat(plan.fallback()).as("cut at %d", end).isEmpty();
      }
    }
  }
}
