package io.github.containersnap.harness.mutant.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Discard;
import io.github.containersnap.engine.EtcRestoration;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.KernelArgumentChange;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.etc.EtcReset;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.etc.AccountFile;
import io.github.containersnap.etc.AccountText;
import io.github.containersnap.etc.AccountVersions;
import io.github.containersnap.etc.EtcMergePlan;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.simulated.SimulatedMachine;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each fault within the engine changes what it is named for, and nothing else. The judge has no
 * part in this: whether it notices is another question.
 */
class PlantedFaultsTest {
  private static final HistoryImage OLD = HistoryImage.of(new Specification(0, 0, Health.GOOD));
  private static final HistoryImage NEW = HistoryImage.of(new Specification(1, 1, Health.GOOD));

  private static Map<String, String> observed(Mutants mutants) {
    try (FaultSwitch _ = mutants.switchOn()) {
      SimulatedMachine machine = new SimulatedMachine(1);
      machine.publish(OLD);
      machine.publish(NEW);
      new Initialization(seen(machine, mutants)).run();
      DeploymentId first = new Update(seen(machine, mutants)).run(OLD.reference()).deployment();
      machine.restart();
      assertThat(machine.startSystem()).isNotNull();
      new Blessing(seen(machine, mutants)).run();
      livedIn(seen(machine, mutants), first);
      DeploymentId second = new Update(seen(machine, mutants)).run(NEW.reference()).deployment();
      Map<String, String> seen = observed(seen(machine, mutants), second);
      seen.putAll(changes(mutants));
      return seen;
    }
  }

  /**
   * What the commands do that need no new image: each on a machine that a sound engine has made.
   */
  private static Map<String, String> changes(Mutants mutants) {
    DeploymentId old = DeploymentId.pristine(OLD.id());
    SimulatedMachine before = soundly(SoundEngine::install);
    before.writeAsAPerson(DiskView.inEtc(old, "base.conf"), Optional.of("mine\n"));
    before.writeAsAPerson(DiskView.inEtc(old, "application.conf"), Optional.of("mine\n"));
    before.writeAsAPerson(DiskView.inEtc(old, "passwd"), Optional.of("mine:x:0:0::/:/bin/sh\n"));
    Map<String, String> seen = new TreeMap<>();

    SimulatedMachine argued = new SimulatedMachine(2, before);
    DeploymentId made =
        new KernelArgumentChange(seen(argued, mutants))
            .to(new KernelArgumentEdit(List.of(), List.of(), List.of("added=1")))
            .boots();
    seen.put("added argument", has(argued, made, ADDED) ? "in the new system" : "nowhere");
    seen.put("system of before", has(argued, old, ADDED) ? "changed" : "as it was");

    SimulatedMachine reset = new SimulatedMachine(3, before);
    DeploymentId fresh =
        new Update(seen(reset, mutants))
            .reset(new EtcReset(true, List.of("application.conf")))
            .deployment();
    seen.put("reset", text(reset, fresh, "base.conf"));
    seen.put("reset --keep", text(reset, fresh, "application.conf"));

    SimulatedMachine restored = new SimulatedMachine(4, before);
    try {
      new EtcRestoration(seen(restored, mutants)).of("/etc/passwd", false);
      seen.put("restoring accounts", "is done");
    } catch (RefusedException refused) {
      seen.put("restoring accounts", "is refused");
    }

    SimulatedMachine unhealthy = soundly(SoundEngine::updateAndBoot);
    boolean blessed =
        new Blessing(seen(unhealthy, mutants))
                .run(List.of(new FailedCheck("check", true, "failed", List.of())))
            instanceof Blessing.BlessingResult.Blessed;
    seen.put("unhealthy boot", blessed ? "blessed" : "not blessed");

    SimulatedMachine back = soundly(SoundEngine::updateAndRollBack);
    new Discard(seen(back, mutants)).run();
    seen.put("what came up", back.view().deployments().contains(old) ? "stays" : "is removed");
    return seen;
  }

  private static final String ADDED = "kernel/cmdline.d/50-container-snap.conf";

  private static boolean has(SimulatedMachine machine, DeploymentId id, String file) {
    return machine.view().etc(id).orElseThrow().containsKey(file);
  }

  private static String text(SimulatedMachine machine, DeploymentId id, String file) {
    return Optional.ofNullable(machine.view().etc(id).orElseThrow().get(file))
        .map(it -> it.text().strip())
        .orElse("nothing");
  }

  private static SimulatedMachine soundly(Consumer<SimulatedMachine> work) {
    try (FaultSwitch _ = Mutants.NONE.switchOn()) {
      SimulatedMachine machine = new SimulatedMachine(1);
      work.accept(machine);
      return machine;
    }
  }

  /** What the engine without a fault does to a new machine. */
  private static final class SoundEngine {
    private SoundEngine() {}

    static void install(SimulatedMachine machine) {
      machine.publish(OLD);
      machine.publish(NEW);
      new Initialization(seen(machine, Mutants.NONE)).run();
      new Update(seen(machine, Mutants.NONE)).run(OLD.reference());
      boot(machine);
      new Blessing(seen(machine, Mutants.NONE)).run();
    }

    static void updateAndBoot(SimulatedMachine machine) {
      install(machine);
      new Update(seen(machine, Mutants.NONE)).run(NEW.reference());
      boot(machine);
    }

    static void updateAndRollBack(SimulatedMachine machine) {
      updateAndBoot(machine);
      new Blessing(seen(machine, Mutants.NONE)).run();
      new Switch(seen(machine, Mutants.NONE)).back();
    }

    private static void boot(SimulatedMachine machine) {
      machine.restart();
      assertThat(machine.startSystem()).isNotNull();
    }
  }

  private static Machine seen(SimulatedMachine machine, Mutants mutants) {
    return mutants.apply(machine.seenBy(machine.start(List.of()), Progress.NONE));
  }

  /** What its owner and an interrupted command have left on the machine. */
  private static void livedIn(Machine machine, DeploymentId running) {
    SystemFiles files = machine.ports().files();
    Path etc = machine.layout().deployment(running).resolve("etc");
    Path secret = etc.resolve("secret.conf");
    files.write(secret, "secret\n");
    SortedMap<String, String> attributes = new TreeMap<>(Map.of("user.note", "6f776e"));
    files.setAttributes(secret, file(0600, 1000, "", attributes));
    files.deleteTree(etc.resolve("machine-id"));
    files.write(etc.resolve("machine-id"), "of this machine\n");
    files.createDirectories(etc.resolve("kernel"));
    files.write(etc.resolve("kernel/cmdline"), "quiet\n");
    files.write(machine.layout().shared("home").resolve("letter"), "dear all\n");
    files.createDirectories(leftover(machine.layout()));
  }

  private static Path leftover(DeploymentLayout layout) {
    return layout.deployments().resolve(".draft-left-behind");
  }

  private static TreeEntry file(
      int mode, int owner, String digest, SortedMap<String, String> attributes) {
    return new TreeEntry(
        FileKind.FILE, mode, owner, owner, digest.length(), digest, "", 0, attributes, "");
  }

  private static Map<String, String> observed(Machine machine, DeploymentId updated) {
    SystemFiles files = machine.ports().files();
    Path etc = machine.layout().deployment(updated).resolve("etc");
    String menu = files.read(machine.layout().bootMenu(), 1 << 16).orElseThrow();
    TreeEntry secret = files.scan(etc).get("secret.conf").orElseThrow();
    Map<String, String> seen = new TreeMap<>();
    seen.put(
        "root",
        machine.ports().btrfs().filesystemId(machine.layout().system()).equals(rootOf(menu))
            ? "on its filesystem"
            : "elsewhere");
    seen.put("count", menu.contains("  save_env ") ? "saved" : "never saved");
    seen.put("timeout", found("set timeout=(\\S+)", menu).getFirst());
    seen.put("var", menu.contains(":/var:btrfs:subvol=@var") ? "mounted" : "not mounted");
    seen.put("arguments", menu.contains(" quiet\n") ? "of the machine" : "of no file");
    seen.put("fallback", found("/modules/([^/]+)/vmlinuz", menu).getLast());
    seen.put("record", machine.deployments().record(updated).reference());
    seen.put(
        "home",
        files.exists(machine.layout().shared("home").resolve("letter")) ? "kept" : "emptied");
    seen.put("owner", "%d:%d".formatted(secret.uid(), secret.gid()));
    seen.put("mode", Integer.toOctalString(secret.mode()));
    seen.put("attributes", secret.extendedAttributes().toString());
    seen.put("machine-id", files.read(etc.resolve("machine-id"), 100).orElseThrow().strip());
    seen.put("shadow", shadow());
    seen.put("root is", machine.deployments().isReadOnly(updated) ? "read-only" : "writable");
    seen.put("leftover", files.exists(leftover(machine.layout())) ? "stays" : "removed");
    seen.put("bless beside another", blessBesideAnother(machine));
    return seen;
  }

  private static String rootOf(String menu) {
    return found("root=UUID=(\\S+)", menu).getFirst();
  }

  private static List<String> found(String pattern, String text) {
    List<String> found = new ArrayList<>();
    for (Matcher it = Pattern.compile(pattern).matcher(text); it.find(); ) {
      found.add(it.group(1));
    }
    return found;
  }

  /** The simulated images have none: the plan of the merge says where it would come from. */
  private static String shadow() {
    AccountText image = text("root:*:1::::::\n");
    AccountText here = text("root:$6$own:1::::::\n");
    Map<AccountFile, AccountVersions> accounts =
        Map.of(AccountFile.SHADOW, new AccountVersions(image, here, image));
    return EtcMergePlan.of(tree("image"), tree("here"), tree("image"), accounts)
        .result()
        .get("shadow")
        .orElseThrow()
        .contentDigest();
  }

  private static AccountText text(String lines) {
    return AccountText.of(lines.getBytes(StandardCharsets.UTF_8));
  }

  private static TreeManifest tree(String shadow) {
    TreeEntry root =
        new TreeEntry(
            FileKind.DIRECTORY, 0755, 0, 0, 0, "", "", 0, Collections.emptySortedMap(), "");
    return TreeManifest.of(
        Map.of("", root, "shadow", file(0640, 0, shadow, Collections.emptySortedMap())));
  }

  private static String blessBesideAnother(Machine machine) {
    try (SystemLock.Held _ = machine.ports().lock().acquire()) {
      new Blessing(machine).run();
      return "goes on";
    } catch (LockedException refused) {
      return "is refused";
    }
  }

  private static final String EFFECTS =
      """
      ROOT_UUID_WRONG                | root                 | elsewhere
      TRIAL_NEVER_COUNTED            | count                | never saved
      MENU_WAITS_FOR_EVER            | timeout              | -1
      VAR_NOT_MOUNTED                | var                  | not mounted
      ARGUMENTS_LOST                 | arguments            | of no file
      DEFAULT_KERNEL_IN_THE_FALLBACK | fallback             | 6.1
      RECORD_WRONG_REFERENCE         | record               | docker://registry.invalid/elsewhere:1
      HOME_REFRESHED                 | home                 | emptied
      ETC_OWNER_LOST                 | owner                | 0:0
      ETC_MODE_LOST                  | mode                 | 644
      ETC_XATTR_LOST                 | attributes           | {}
      MACHINE_ID_OF_THE_IMAGE        | machine-id           | uninitialized
      SHADOW_OF_THE_IMAGE            | shadow               | image
      NOT_SEALED                     | root is              | writable
      UPDATE_SKIPS_RECOVERY          | leftover             | stays
      BLESS_WITHOUT_LOCK             | bless beside another | goes on
      KARGS_IN_THE_FALLBACK_TOO      | system of before     | changed
      KARGS_NOT_WRITTEN              | added argument       | nowhere
      BLESSED_THOUGH_UNHEALTHY       | unhealthy boot       | blessed
      RESET_KEEPS_ALL                | reset                | mine
      RESET_FORGETS_PATHS            | reset --keep         | version = 0.0
      RESTORES_IDENTITY              | restoring accounts   | is done
      DISCARDS_WHAT_CAME_UP          | what came up         | is removed
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = EFFECTS)
  void a_fault_changes_what_it_is_named_for_and_nothing_else(
      Mutant mutant, String aspect, String value) {
    Map<String, String> expected = new TreeMap<>(observed(Mutants.NONE));
    assertThat(expected.put(aspect, value)).isNotNull().isNotEqualTo(value);

    assertThat(observed(Mutants.of(mutant))).isEqualTo(expected);
  }

  @Test
  void each_planted_fault_has_an_effect_above() {
    Set<Mutant> planted =
        Arrays.stream(Mutant.values()).filter(Mutant::isPlanted).collect(Collectors.toSet());
    Set<Mutant> shown =
        EFFECTS
            .lines()
            .map(line -> Mutant.valueOf(line.substring(0, line.indexOf(' '))))
            .collect(Collectors.toSet());

    assertThat(shown).containsAll(planted).hasSize(planted.size() + 1);
  }

  @Test
  void a_sound_engine_and_a_faulty_one_work_in_one_process() throws Exception {
    Map<String, String> sound = observed(Mutants.NONE);
    Mutants mutants = Mutants.of(Mutant.MENU_WAITS_FOR_EVER, Mutant.ETC_OWNER_LOST);
    List<Map<String, String>> beside = Collections.synchronizedList(new ArrayList<>());
    try (FaultSwitch _ = mutants.switchOn()) {
      assertThat(observed(Mutants.NONE)).as("switched off within").isEqualTo(sound);
      Thread inheriting = Thread.ofPlatform().start(() -> beside.add(observed(mutants)));
      inheriting.join();
    }
    assertThat(beside)
        .singleElement()
        .satisfies(
            it -> assertThat(it).containsEntry("timeout", "-1").containsEntry("owner", "0:0"));
    assertThat(observed(Mutants.NONE)).as("switched off afterwards").isEqualTo(sound);
  }

  /** Two cannot be seen beside another that acts on the same step before them. */
  @Test
  void all_that_are_planted_can_be_on_at_once() {
    List<Mutant> all = List.copyOf(EnumSet.range(Mutant.NOT_SEALED, Mutant.DISCARDS_WHAT_CAME_UP));
    Map<String, String> sound = observed(Mutants.NONE);
    Map<String, String> seen = observed(new Mutants(all));

    assertThat(seen).hasSameSizeAs(sound);
    seen.keySet().removeAll(Set.of("system of before", "reset --keep"));
    assertThat(seen)
        .allSatisfy(
            (aspect, value) -> assertThat(value).as(aspect).isNotEqualTo(sound.get(aspect)));
  }

  @Test
  void names_are_read_and_written() {
    Mutants two = Mutants.named("not-sealed, no-lock");

    assertThat(two.all()).containsExactly(Mutant.NOT_SEALED, Mutant.NO_LOCK);
    assertThat(Mutants.named(two.names().orElseThrow())).isEqualTo(two);
    assertThat(Mutants.named("").names()).isEmpty();
  }
}
