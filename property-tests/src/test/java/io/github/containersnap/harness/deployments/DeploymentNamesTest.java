package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.deployment.DeploymentNames;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How a person may name a deployment, on a disk with two of them and snapshots of one. */
@ExtendWith(TestDisks.Shared.class)
class DeploymentNamesTest {
  private final TestDisks disks;

  DeploymentNamesTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void a_role_a_beginning_or_a_whole_id_names_one_deployment() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId second = machine.second();
          DeploymentId work = machine.snapshotOf(second);
          DeploymentId other = machine.snapshotOf(second);
          DeploymentNames names = new DeploymentNames(() -> machine.running(machine.first()));

          assertThat(names.find("current")).isEqualTo(machine.first());
          assertThat(names.find("default")).isEqualTo(second);
          assertThat(names.find("pending")).isEqualTo(second);
          assertThat(names.find("fallback")).isEqualTo(machine.first());
          for (DeploymentId id : List.of(machine.first(), second, work, other)) {
            assertThat(names.find(id.toString())).isEqualTo(id);
            assertThat(names.find(id.shortForm())).isEqualTo(id);
          }
          assertThat(machine.succeeds("get-root", work.shortForm()))
              .isEqualTo(machine.root(work) + "/");
          machine.succeeds("switch", "fallback");
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.first().toString());
        });
  }

  @Test
  void what_names_none_or_several_is_refused_and_changes_nothing() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId first = machine.first();
          DeploymentId work = machine.snapshotOf(first);
          machine.snapshotOf(first);
          machine.succeeds("update", disks.third().reference());
          if (Files.exists(machine.root(first))) {
            machine.succeeds("delete", "--force", "--id=" + first);
          }

          CommandLineRun several = machine.run("delete", "--id=" + first.image().shortForm());
          assertThat(several.exit()).isEqualTo(2);
          assertThat(several.error())
              .contains("2 deployments begin with " + first.image().shortForm())
              .contains(work.shortForm());
          assertThat(machine.root(work)).exists();
          for (String none : List.of("abc", "0123456789", work.shortForm() + "9", "pending", "")) {
            assertThat(machine.run("switch", none).exit()).as(none).isEqualTo(2);
          }
        });
  }

  @Test
  void a_text_that_names_none_on_any_machine_is_refused_without_a_look() {
    DeploymentNames names =
        new DeploymentNames(
            () -> {
              throw new AssertionError("the machine was looked at");
            });

    assertThat(List.of("", "abc", "a b\t*\"$HOME' -- \u00fc", "0123456789-work", "Current"))
        .allSatisfy(
            text ->
                assertThatThrownBy(() -> names.find(text))
                    .isInstanceOf(NotADeploymentException.class));
  }
}
