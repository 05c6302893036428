package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What must not change does not: the store's layers in use, the disk by reading. */
@ExtendWith(TestDisks.Shared.class)
class UntouchedTest {
  private final TestDisks disks;

  UntouchedTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void nothing_is_written_into_the_layers_of_the_store() throws IOException {
    disks.onUpdated(
        machine -> {
          Map<String, String> before = layers(machine);
          assertThat(before).hasSizeGreaterThanOrEqualTo(3);
          for (int round = 0; round < 3; round++) {
            DeploymentId work = machine.snapshotOf(machine.second());
            Path root = machine.root(work);
            new TestTree(root).write("usr/share/version", "round " + round);
            new TestTree(root).write("usr/share/tiny/0", "overwritten");
            Files.delete(root.resolve("usr/share/tiny/1"));
            new TestTree(root).write("etc/hostname", "other\n");
            ExternalCommand.of("chmod", "0700", root.resolve("usr/share/tiny")).run();
            machine.close(work);
            machine.succeeds("switch", work.toString());
            machine.succeeds("pin", work.toString());
            machine.succeeds("rollback");
            machine.succeeds("unpin", work.toString());
            machine.succeeds("switch", machine.first().toString());
            machine.succeeds("switch", machine.second().toString());
            machine.succeeds("delete", "--force", "--id=" + work);
            machine.succeeds("prune");
            machine.succeeds("recover");
          }
          assertThat(layers(machine)).isEqualTo(before);
        });
  }

  private static Map<String, String> layers(MachineOnDisk machine) throws IOException {
    Path directory = machine.layout().store().resolve("btrfs/subvolumes");
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> layers = Files.list(directory)) {
      layers.forEach(
          layer -> digests.put(layer.getFileName().toString(), TreeScan.of(layer).digest()));
    }
    return digests;
  }

  @Test
  void read_commands_do_not_change_a_byte_on_disk() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          machine.succeeds("pin", work.toString());
          settle(machine);
          String before = digest(machine.image());
          machine.succeeds("status");
          machine.succeeds("status", "--json");
          machine.succeeds("get-current");
          machine.succeeds("get-default");
          machine.succeeds("get-root", work.toString());
          machine.succeeds("get-readonly-state", work.toString());
          machine.succeeds("list-snapshots");
          machine.succeeds("list-images");
          machine.succeeds("prune", "--dry-run");
          settle(machine);
          assertThat(digest(machine.image())).isEqualTo(before);
          machine.succeeds("unpin", work.toString());
          settle(machine);
          assertThat(digest(machine.image())).as("writing is noticed").isNotEqualTo(before);
        });
  }

  /** All that was deleted is gone, all that was written is on the disk. */
  private static void settle(MachineOnDisk machine) {
    ExternalCommand.of("btrfs", "subvolume", "sync", machine.top()).run();
    for (int i = 0; i < 2; i++) {
      ExternalCommand.of("btrfs", "filesystem", "sync", machine.top()).run();
    }
    ExternalCommand.of("sync", machine.device().device()).run();
  }

  private static String digest(Path image) {
    return ExternalCommand.of("sha256sum", image).run().text().split(" ", 2)[0];
  }
}
