package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.KernelArgumentChange;
import io.github.containersnap.engine.KernelArgumentChange.ChangeResult;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.arguments.RefusedArgumentException;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Arguments are changed in a deployment of their own: what was there before keeps its own. */
@ExtendWith(TestDisks.Shared.class)
class KernelArgumentsOfAMachineTest {
  private static final String FILE = "etc/kernel/cmdline.d/50-container-snap.conf";

  private final TestDisks disks;

  KernelArgumentsOfAMachineTest(TestDisks disks) {
    this.disks = disks;
  }

  private static ChangeResult.Changed append(Machine machine, String word) {
    return (ChangeResult.Changed)
        new KernelArgumentChange(machine)
            .to(new KernelArgumentEdit(List.of(), List.of(), List.of(word)));
  }

  private static BootMenu menu(MachineOnDisk machine) {
    return machine.running(machine.first()).ports().bootloader().menu().orElseThrow();
  }

  private static BootEntry fallback(MachineOnDisk machine) {
    return menu(machine).fallback().orElseThrow();
  }

  @Test
  void what_runs_is_fallen_back_to_with_the_arguments_of_before() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId before = machine.second();
          new Blessing(machine.running(before)).run();

          DeploymentId made = append(machine.running(before), "typo=1").boots();

          assertThat(menu(machine).byDefault().deployment()).isEqualTo(made);
          assertThat(menu(machine).byDefault().arguments()).contains("typo=1");
          assertThat(fallback(machine).deployment()).isEqualTo(before);
          assertThat(fallback(machine).arguments()).doesNotContain("typo=1");
          assertThat(machine.root(before).resolve(FILE)).doesNotExist();
          assertThat(machine.succeeds("get-readonly-state", made.toString())).isEqualTo("true");
          assertThat(machine.succeeds("recover")).isEmpty();
        });
  }

  @Test
  void arguments_that_keep_it_from_coming_up_are_fallen_back_from() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId before = machine.second();
          new TestTree(machine.root(before))
              .write(
                  "etc/kernel/cmdline.d/10-mine.conf",
                  "mine=1\n"); // as if it was always there: its own menu entry gets it below
          new Blessing(machine.running(before)).run();
          DeploymentId made = append(machine.running(before), "init=/nowhere").boots();

          Machine fellBack =
              new Machine(
                  machine.running(before).ports(),
                  machine.layout(),
                  Optional.of(new BootedDeployment(before, Optional.of(made))),
                  machine.running(before).progress());
          assertThat(new Blessing(fellBack).run())
              .isEqualTo(new Blessing.BlessingResult.FellBack(made, before));
          assertThat(menu(machine).byDefault().deployment()).isEqualTo(before);
          assertThat(menu(machine).byDefault().arguments())
              .contains("mine=1")
              .doesNotContain("init=/nowhere");
          assertThat(machine.succeeds("kargs")).doesNotContain("init=");
          assertThat(append(machine.running(before), "init=/sbin/init").boots()).isNotEqualTo(made);
          assertThat(fallback(machine).deployment()).isEqualTo(before);
        });
  }

  @Test
  void the_argument_survives_the_restart_and_so_does_what_is_changed_before_it()
      throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId before = machine.second();
          DeploymentId made = append(machine.running(before), "a=1").boots();
          new TestTree(machine.root(before)).write("etc/changed", "meanwhile\n");

          new Finalization(machine.running(before)).run(); // at shutdown
          new Finalization(machine.running(made)).run(); // in the first boot
          new Blessing(machine.running(made)).run();

          assertThat(machine.root(made).resolve("etc/changed")).hasContent("meanwhile");
          assertThat(Files.readString(machine.root(made).resolve(FILE))).contains("a=1");
          assertThat(menu(machine).byDefault().arguments()).contains("a=1");
          assertThat(menu(machine).byDefault().standing()).isEqualTo(new TrialState.Blessed());
          assertThat(machine.succeeds("kargs"))
              .contains("a=1", "/" + FILE)
              .doesNotContain("others");

          machine.succeeds("update", disks.third().reference());
          assertThat(menu(machine).byDefault().arguments()).as("an update").contains("a=1");
        });
  }

  @Test
  void a_system_that_runs_and_was_never_blessed_keeps_what_is_changed_meanwhile()
      throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId running = machine.second(); // its /etc came from the first
          DeploymentId made = append(machine.running(running), "a=1").boots();
          new TestTree(machine.root(running)).write("etc/changed", "meanwhile\n");

          new Finalization(machine.running(running)).run();

          assertThat(machine.root(made).resolve("etc/changed")).hasContent("meanwhile");
        });
  }

  @Test
  void an_update_that_waits_for_the_restart_is_what_gets_the_arguments() throws IOException {
    disks.onUpdated(
        machine -> {
          Machine old = machine.running(machine.first()); // the second waits
          new Blessing(old).run();

          ChangeResult.Changed changed = append(old, "a=1");

          assertThat(changed.base()).isEqualTo(machine.second());
          assertThat(changed.replaced()).isTrue();
          assertThat(changed.boots().image()).isEqualTo(machine.second().image());
          assertThat(machine.root(machine.second())).doesNotExist();
          assertThat(fallback(machine).deployment()).isEqualTo(machine.first());

          new TestTree(machine.root(machine.first())).write("etc/changed", "meanwhile\n");
          new Finalization(old).run();
          assertThat(machine.root(changed.boots()).resolve("etc/changed")).hasContent("meanwhile");
          assertThat(Files.readString(machine.root(changed.boots()).resolve(FILE))).contains("a=1");

          DeploymentId again = append(old, "b=2").boots();
          assertThat(menu(machine).byDefault().arguments()).contains("a=1", "b=2");
          assertThat(machine.root(changed.boots())).doesNotExist();
          assertThat(machine.root(again)).exists();
          assertThat(machine.succeeds("update", disks.second().reference()))
              .as("it is that image already")
              .isEqualTo(again.toString());
        });
  }

  @Test
  void a_pending_update_that_is_pinned_stays_on_disk() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("pin", machine.second().toString());
          append(machine.running(machine.first()), "a=1");
          assertThat(machine.root(machine.second())).exists();
          assertThat(fallback(machine).deployment()).isEqualTo(machine.first());
        });
  }

  @Test
  void after_a_rollback_the_deployment_that_boots_next_stays_and_is_fallen_back_to()
      throws IOException {
    disks.onUpdated(
        machine -> {
          Machine running = machine.running(machine.second());
          new Switch(running).to(machine.first());
          ChangeResult.Changed changed = append(running, "a=1");
          assertThat(changed.base()).isEqualTo(machine.first());
          assertThat(changed.replaced()).isFalse();
          assertThat(machine.root(machine.first())).exists();
        });
  }

  @Test
  void what_changes_nothing_makes_nothing_and_what_is_refused_neither() throws IOException {
    disks.onUpdated(
        machine -> {
          append(machine.running(machine.second()), "a=1");
          String before = machine.succeeds("list-snapshots");
          assertThat(machine.run("kargs", "--append", "a=1").error())
              .contains("has these arguments already");
          assertThat(machine.run("kargs", "--append", "root=/dev/sda1").exit()).isEqualTo(2);
          assertThat(machine.run("kargs", "--delete", "console=tty0").exit()).isEqualTo(2);
          assertThat(machine.run("kargs", "--json", "--delete", "a").exit()).isEqualTo(2);
          assertThatThrownBy(() -> append(machine.running(machine.second()), "a b"))
              .isInstanceOf(RefusedArgumentException.class);
          assertThat(machine.succeeds("list-snapshots")).isEqualTo(before);
          assertThat(machine.succeeds("recover")).isEmpty();
        });
  }

  @Test
  void the_list_names_each_file_what_is_left_out_and_whether_the_menu_has_it() throws IOException {
    disks.onUpdated(
        machine -> {
          String made = machine.succeeds("kargs", "--append", "a=1", "--append", "b");
          assertThat(machine.succeeds("kargs", "--replace", "a=2", "--delete", "b"))
              .isNotEqualTo(made);
          new TestTree(machine.root(menu(machine).byDefault().deployment()))
              .write("etc/kernel/cmdline.d/90-mine.conf", "ro quiet\n");
          assertThat(machine.succeeds("kargs"))
              .contains(
                  "a=2                             /" + FILE,
                  "/etc/kernel/cmdline.d/90-mine.conf",
                  "'ro' of /etc/kernel/cmdline.d/90-mine.conf is left out",
                  "The boot menu has others")
              .doesNotContain("a=1");
          assertThat(machine.succeeds("kargs", "--json"))
              .contains(
                  "\"schema\" : 1",
                  "\"argument\" : \"a=2\"",
                  "\"file\" : \"/" + FILE + "\"",
                  "\"inMenu\" : false",
                  "\"passed\" : true");
          machine.succeeds("switch", "default");
          assertThat(machine.succeeds("kargs", "--json")).contains("\"inMenu\" : true");
        });
  }
}
