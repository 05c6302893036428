package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.Deletion;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDisks.Shared.class)
class DeletionTest {
  private final TestDisks disks;

  DeletionTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void deleting_the_current_deployment_is_refused() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId running = machine.snapshotOf(machine.second());
          assertThatThrownBy(() -> new Deletion(machine.running(running)).deployment(running))
              .isInstanceOf(RefusedException.class)
              .hasMessage(running.shortForm() + " is running and is not deleted.");
          assertThat(machine.root(running).resolve("usr/share/version")).exists();
        });
  }

  @Test
  void deleting_the_default_is_refused() throws IOException {
    disks.onUpdated(
        machine ->
            assertThat(refused(machine, machine.second()))
                .isEqualTo(
                    """
                    container-snap: %s is the default, which boots next and is not deleted.
                      Make another deployment the default first: `container-snap switch ID`.
                    """
                        .formatted(machine.second().shortForm())));
  }

  @Test
  void deleting_the_fallback_is_refused() throws IOException {
    disks.onUpdated(
        machine ->
            assertThat(refused(machine, machine.first()))
                .isEqualTo(
                    """
                    container-snap: %s is the fallback, which boots if the default does not come up and is not deleted.
                      It stops being the fallback when an update or a switch makes another one so.
                    """
                        .formatted(machine.first().shortForm())));
  }

  @Test
  void deleting_what_is_pinned_is_refused_until_it_is_unpinned() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.snapshotOf(machine.second());
          machine.succeeds("pin", id.toString());
          assertThat(machine.succeeds("status")).contains(id.shortForm() + "  writable, pinned");
          assertThat(refused(machine, id))
              .isEqualTo(
                  """
                  container-snap: %s is pinned and is not deleted.
                    Take the pin away first: `container-snap unpin ID`.
                  """
                      .formatted(id.shortForm()));
          machine.succeeds("unpin", id.toString());
          assertThat(machine.run("delete", "--id=" + id)).isEqualTo(new CommandLineRun(0, "", ""));
          assertThat(machine.root(id)).doesNotExist();
        });
  }

  @Test
  void what_was_closed_outlives_a_second_close_of_tukit() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.snapshotOf(machine.second());
          assertThat(machine.succeeds("status"))
              .contains(id.shortForm() + " is writable: a transaction is open in it");
          machine.close(id);
          assertThat(machine.succeeds("status")).doesNotContain("a transaction is open");
          assertThat(refused(machine, id))
              .isEqualTo(
                  """
                  container-snap: %1$s is closed: its work is finished, or it is a system that booted. It is not deleted.
                    `container-snap delete --force --id=%1$s` deletes it all the same.
                  """
                      .formatted(id.shortForm()));
          machine.succeeds("delete", "--force", id.toString());
          assertThat(machine.root(id)).doesNotExist();
        });
  }

  @Test
  void force_does_not_delete_what_may_boot() throws IOException {
    disks.onUpdated(
        machine -> {
          CommandLineRun result = machine.run("delete", "--force", "--id=" + machine.second());
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.error()).contains("is the default, which boots next");
        });
  }

  private static String refused(MachineOnDisk machine, DeploymentId id) {
    CommandLineRun result = machine.run("delete", "--id=" + id);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(machine.root(id).resolve("usr/share/version")).exists();
    return result.error();
  }

  @Test
  void an_image_is_deleted_by_its_name_and_its_deployments_stay() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("pull", disks.third().reference());
          String name =
              machine
                  .succeeds("list-images")
                  .lines()
                  .filter(line -> line.startsWith(disks.third().id()))
                  .map(line -> line.substring(line.lastIndexOf(',') + 1))
                  .findFirst()
                  .orElseThrow();
          String before = machine.succeeds("list-snapshots");
          assertThat(machine.run("delete", "--url=" + name).exit()).isZero();
          assertThat(machine.succeeds("list-images"))
              .doesNotContain(disks.third().id())
              .contains(disks.second().id());
          assertThat(machine.succeeds("list-snapshots")).isEqualTo(before);
          assertThat(machine.run("delete", "--url=" + name))
              .isEqualTo(
                  new CommandLineRun(
                      2,
                      "",
                      """
                      container-snap: No image in the store is called '%s'.
                        `container-snap list-images` prints the images with their names.
                      """
                          .formatted(name)));
        });
  }

  @Test
  void the_image_of_what_may_boot_is_kept() throws IOException {
    disks.onUpdated(
        machine -> {
          for (String line : machine.succeeds("list-images").lines().toList()) {
            CommandLineRun result =
                machine.run("delete", "--url=" + line.substring(line.lastIndexOf(',') + 1));
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.error()).contains("is kept: its deployment ");
          }
        });
  }
}
