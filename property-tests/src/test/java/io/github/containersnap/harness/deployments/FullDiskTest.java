package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.linux.ExtendedAttributes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A disk without a free byte: /var is filled with real files until the kernel says ENOSPC, first
 * with data, then with empty files until the metadata is used up too.
 */
@ExtendWith(TestDisks.Shared.class)
class FullDiskTest {
  private final TestDisks disks;

  FullDiskTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void a_disk_full_of_data_can_be_looked_at_rolled_back_pruned_and_recovered() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          fillData(machine);
          requireAllOfIt(machine, work);
        });
  }

  @Test
  void a_disk_full_of_metadata_too_can_be_looked_at_rolled_back_pruned_and_recovered()
      throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          fillData(machine);
          fillMetadata(machine);
          requireAllOfIt(machine, work);
        });
  }

  private void requireAllOfIt(MachineOnDisk machine, DeploymentId work) throws IOException {
    assertThat(machine.succeeds("status")).contains(work.shortForm());
    machine.succeeds("list-snapshots");
    CommandLineRun update = machine.run("update", disks.third().reference());
    assertThat(update.exit()).isEqualTo(1);
    assertThat(update.error())
        .containsPattern(
            "The image needs [\\d.]+ [KM]iB of data; .* has [\\d.]+ (K|M)?i?B free\\.");
    machine.succeeds("rollback");
    assertThat(machine.succeeds("get-default")).isEqualTo(machine.first().toString());
    disks.onCopyOf(
        machine.image(),
        after -> assertThat(after.succeeds("get-default")).isEqualTo(machine.first().toString()));
    machine.succeeds("recover");
    machine.succeeds("delete", "--id=" + work);
    assertThat(machine.root(work)).doesNotExist();
    machine.succeeds("prune");
    machine.succeeds("rollback");
    assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
    machine.succeeds("bless");
    assertThat(machine.succeeds("status"))
        .contains(machine.second().shortForm() + "  (boots next; blessed)")
        .doesNotContain("warning");
  }

  /** That the room put aside is what the others live by, and that a failure changes nothing. */
  @Test
  void without_room_put_aside_a_rollback_of_such_a_disk_fails_and_the_default_stays()
      throws IOException {
    disks.onUpdated(
        machine -> {
          Files.delete(machine.layout().spareRoom());
          fillData(machine);
          fillMetadata(machine);
          CommandLineRun result = machine.run("rollback");
          assertThat(result.exit()).isEqualTo(1);
          assertThat(result.error()).containsIgnoringCase("no space left");
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
          machine.succeeds("status");
          ExternalCommand.of("rm", "-r", machine.layout().var().resolve("fill-metadata")).run();
          ExternalCommand.of("btrfs", "filesystem", "sync", machine.top()).run();
          machine.succeeds("rollback");
        });
  }

  @Test
  void what_was_interrupted_is_recovered_on_a_full_disk() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          Files.move(machine.root(work), machine.layout().deployments().resolve(".draft-" + work));
          fillData(machine);
          fillMetadata(machine);
          CommandLineRun result = machine.run("recover");
          assertThat(result.exit()).isZero();
          assertThat(result.error()).contains("removed .draft-" + work);
          assertThat(machine.subvolumesOutsideTheStore()).noneMatch(it -> it.contains("-work"));
        });
  }

  @Test
  void the_room_put_aside_is_put_aside_again_when_there_is_plenty() throws IOException {
    disks.onUpdated(
        machine -> {
          Path spare = machine.layout().spareRoom();
          assertThat(spare).exists();
          fillData(machine);
          machine.succeeds("rollback");
          assertThat(spare).doesNotExist();
          ExternalCommand.of("sh", "-c", "rm -r \"$1\"/fill*", "sh", machine.layout().var()).run();
          ExternalCommand.of("btrfs", "filesystem", "sync", machine.top()).run();
          machine.succeeds("recover");
          assertThat(spare).exists();
        });
  }

  /** Large pieces, then small ones, until not even 4 KiB fit. */
  private static void fillData(MachineOnDisk machine) throws IOException {
    byte[] piece = new byte[1 << 20];
    new Random(1).nextBytes(piece);
    for (int size = piece.length; size >= 4096; size /= 16) {
      Path file = machine.layout().var().resolve("fill-" + size);
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.DSYNC)) {
        while (true) {
          out.write(piece, 0, size);
        }
      } catch (IOException full) {
        assertThat(full).hasMessageContaining("No space left");
      }
    }
    ExternalCommand.of("btrfs", "filesystem", "sync", machine.top()).run();
    assertThat(machine.layout().var().toFile().getUsableSpace()).isZero();
  }

  /**
   * Files that take up trees alone: with extended attributes of a whole node first, then empty
   * ones, until not even such a file can be made.
   */
  private static void fillMetadata(MachineOnDisk machine) throws IOException {
    Path directory = Files.createDirectory(machine.layout().var().resolve("fill-metadata"));
    byte[] node = new byte[16_000];
    untilFull(
        i -> {
          Path file = Files.createFile(directory.resolve("large-" + i));
          for (int attribute = 0; attribute < 64; attribute++) {
            ExtendedAttributes.set(file, "user.fill." + attribute, node);
          }
        });
    for (int round = 0; round < 3; round++) {
      ExternalCommand.of("btrfs", "filesystem", "sync", machine.top()).run();
      String name = "empty-%d-".formatted(round);
      untilFull(i -> Files.createFile(directory.resolve(name + i)));
    }
  }

  /** Makes the file of a number. */
  private interface Filling {
    void make(int number) throws IOException;
  }

  private static void untilFull(Filling filling) {
    try {
      for (int i = 0; ; i++) {
        filling.make(i);
      }
    } catch (IOException full) {
      assertThat(full.toString()).containsPattern("No space left|ENOSPC");
    }
  }
}
