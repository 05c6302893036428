package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code verify}: a deployment against what its image's digests say. */
@ExtendWith(TestDisks.Shared.class)
class VerificationTest {
  private final TestDisks disks;

  VerificationTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void what_an_update_made_is_its_image_whatever_the_machine_did_in_etc() throws IOException {
    disks.onUpdated(
        machine -> {
          Files.writeString(machine.root(machine.second()).resolve("etc/of-this-machine"), "x\n");
          for (DeploymentId id : new DeploymentId[] {machine.first(), machine.second()}) {
            CommandLineRun result = machine.run("verify", id.toString());
            assertThat(result)
                .isEqualTo(
                    new CommandLineRun(0, "", id.shortForm() + " is its image, in every file.\n"));
          }
          assertThat(machine.run("verify").error()).startsWith(machine.second().shortForm());
        });
  }

  @Test
  void what_is_changed_added_or_lost_is_named() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId id = machine.second();
          Path root = machine.root(id);
          Path imageEtc = root.resolve("usr/lib/container-snap-deployment/etc");
          readOnly(root, false);
          Files.writeString(root.resolve("usr/share/version"), "other\n");
          Files.writeString(root.resolve("usr/share/added"), "");
          Files.delete(root.resolve("sbin/init"));
          Files.writeString(imageEtc.resolve("added"), "");
          readOnly(root, true);

          CommandLineRun result = machine.run("verify", id.toString());

          assertThat(result.exit()).isEqualTo(1);
          assertThat(result.out().lines().map(line -> line.substring(0, line.indexOf(": "))))
              .containsExactly(
                  "/usr/lib/container-snap-deployment/etc/added",
                  "/usr/sbin/init",
                  "/usr/share/added",
                  "/usr/share/version");
          assertThat(result.error()).contains(id.shortForm() + " is not its image in ");
        });
  }

  @Test
  void json_says_the_same() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          assertThat(machine.run("verify", "--json", work.toString()))
              .isEqualTo(
                  new CommandLineRun(
                      0,
                      """
                      {
                        "schema" : 1,
                        "deployment" : "%s",
                        "isItsImage" : true,
                        "differences" : [ ]
                      }
                      """
                          .formatted(work),
                      ""));
          Files.delete(machine.root(work).resolve("usr/share/version"));
          assertThat(machine.run("verify", "--json", work.toString()))
              .isEqualTo(
                  new CommandLineRun(
                      1,
                      """
                      {
                        "schema" : 1,
                        "deployment" : "%s",
                        "isItsImage" : false,
                        "differences" : [ {
                          "path" : "/usr/share/version",
                          "what" : "missing"
                        } ]
                      }
                      """
                          .formatted(work),
                      ""));
        });
  }

  private static void readOnly(Path subvolume, boolean readOnly) {
    ExternalCommand.of("btrfs", "property", "set", "-f", subvolume, "ro", readOnly).run();
  }

  @Test
  void work_in_a_snapshot_is_named() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          assertThat(machine.run("verify", work.toString()).exit()).isZero();
          Files.writeString(machine.root(work).resolve("usr/share/version"), "mine\n");
          assertThat(machine.run("verify", work.toString()).out())
              .hasLineCount(1)
              .startsWith("/usr/share/version: ");
        });
  }

  @Test
  void a_damaged_store_is_not_called_a_refused_image() throws IOException {
    disks.onUpdated(
        machine -> {
          Path layers = machine.layout().store().resolve("btrfs/subvolumes");
          try (Stream<Path> all = Files.list(layers)) {
            for (Path layer : all.toList()) {
              Files.writeString(layer.resolve("usr/share/tiny/0"), "damaged\n");
            }
          }

          CommandLineRun result = machine.run("verify");

          assertThat(result.exit()).isEqualTo(1);
          assertThat(result.error())
              .contains("The store's copy of image " + machine.second().shortForm());
        });
  }

  @Test
  void without_the_image_there_is_nothing_to_compare_with() throws IOException {
    disks.onUpdated(
        machine -> {
          ImageStore store = machine.running(machine.second()).ports().store();
          store.wipe();
          store.initialize();
          CommandLineRun result = machine.run("verify");
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.error())
              .contains("The store no longer holds the image of " + machine.second().shortForm())
              .contains("container-snap pull");
        });
  }
}
