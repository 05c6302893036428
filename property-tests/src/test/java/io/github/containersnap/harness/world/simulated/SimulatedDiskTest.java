package io.github.containersnap.harness.world.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.harness.world.Node.Attributes;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.harness.world.NodeContent;
import io.github.containersnap.harness.world.NodeTree;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final SimulatedDisk disk = new SimulatedDisk(NOW);

  private static Optional<String> text(Directory root, String path) {
    return NodeTree.find(root, path)
        .filter(RegularFile.class::isInstance)
        .map(it -> ((RegularFile) it).content().text());
  }

  private void write(String path, String text) {
    disk.write(path, NodeContent.of(text), Attributes.OF_FILES);
  }

  @Test
  void what_was_not_committed_is_gone() {
    write("file", "text");

    assertThat(text(disk.cutPower(new Random(1)).seenByKernel(), "file")).isEmpty();
  }

  @Test
  void what_was_synced_with_the_filesystem_stays() {
    write("file", "text");
    disk.sync();

    DurableState.AfterPowerCut left = disk.cutPower(new Random(1));

    assertThat(text(left.seenByKernel(), "file")).hasValue("text");
    assertThat(text(left.seenByBootLoader(), "file")).hasValue("text");
  }

  @Test
  void a_commit_of_the_kernels_own_keeps_names_and_perhaps_contents() {
    Set<Optional<String>> seen = new HashSet<>();
    Random chance = new Random(1);
    for (int i = 0; i < 50; i++) {
      SimulatedDisk other = new SimulatedDisk(NOW);
      other.write("file", NodeContent.of("text"), Attributes.OF_FILES);
      other.commitByItself();
      seen.add(text(other.cutPower(chance).seenByKernel(), "file"));
    }

    assertThat(seen).containsExactlyInAnyOrder(Optional.of(""), Optional.of("text"));
  }

  @Test
  void a_snapshot_commits_and_holds_what_its_source_had_not_written() {
    disk.createSubvolume("source", NOW);
    write("source/file", "text");
    write("beside", "text");
    disk.snapshot("source", "target", NOW);

    Directory left = disk.cutPower(new Random(1)).seenByKernel();

    assertThat(text(left, "source/file")).hasValue("text");
    assertThat(text(left, "target/file")).hasValue("text");
    assertThat(text(left, "beside")).isPresent(); // the name; its content is left to chance
  }

  @Test
  void a_plain_subvolume_is_not_committed() {
    disk.createSubvolume("made", NOW);

    assertThat(disk.cutPower(new Random(1)).seenByKernel().children()).isEmpty();
  }

  @Test
  void the_default_subvolume_is_not_durable_before_a_commit() {
    disk.createSubvolume("made", NOW);
    disk.sync();
    disk.setDefault("made");
    disk.cutPower(new Random(1));
    assertThat(disk.defaultSubvolume()).isEqualTo(5);

    disk.setDefault("made");
    disk.sync();
    disk.cutPower(new Random(1));
    assertThat(disk.defaultSubvolume()).isNotEqualTo(5);
  }

  @Test
  void what_was_fsynced_is_there_for_the_kernel_and_not_for_the_boot_loader() {
    write("menu", "old");
    disk.sync();
    SimulatedFiles.replaceDurably(disk, "menu", "new");

    DurableState.AfterPowerCut left = disk.cutPower(new Random(1));

    assertThat(text(left.seenByBootLoader(), "menu")).hasValue("old");
    assertThat(text(left.seenByKernel(), "menu")).hasValue("new");
    // The kernel has replayed the log and committed: from now on both see the same.
    assertThat(text(disk.cutPower(new Random(1)).seenByBootLoader(), "menu")).hasValue("new");
  }

  @Test
  void contents_that_the_disk_lost_are_there_until_the_machine_is_started_again() {
    write("file", "text");
    Random chance = new Random(1);
    for (int i = 0; i < 20; i++) { // each time it may be spared
      disk.loseContents(chance);
    }
    disk.sync();
    assertThat(text(disk.tree(), "file")).hasValue("text");

    assertThat(text(disk.cutPower(new Random(1)).seenByKernel(), "file")).hasValue("");
  }

  @Test
  void an_fsync_of_contents_that_the_disk_lost_fails() {
    write("file", "text");
    Random chance = new Random(1);
    for (int i = 0; i < 20; i++) {
      disk.loseContents(chance);
    }

    assertThatThrownBy(() -> disk.syncFile("file"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Input/output error");
  }

  @Test
  void what_was_deleted_is_free_after_a_commit() {
    disk.write("large", NodeContent.of("", 1 << 20), Attributes.OF_FILES);
    disk.sync();
    disk.fill(0, 1 << 30);
    disk.remove("large");
    assertThatThrownBy(() -> write("small", "text"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");

    disk.sync();

    disk.setContent("small", NodeContent.of("text"));
    assertThat(disk.freeData()).isPositive();
  }

  @Test
  void nothing_is_written_into_a_read_only_subvolume() {
    disk.createSubvolume("sealed", NOW);
    disk.setReadOnly("sealed", true);

    assertThatThrownBy(() -> write("sealed/file", "text")).hasMessageContaining("Read-only");
  }

  @Test
  void a_snapshot_leaves_out_the_subvolumes_within_its_source() {
    disk.createSubvolume("source", NOW);
    disk.createSubvolume("source/inner", NOW);
    write("source/inner/file", "text");
    disk.snapshot("source", "target", NOW);

    assertThat(disk.nested("target")).isEmpty();
    assertThat(disk.find("target/inner")).hasValue(Directory.empty());
    assertThat(disk.nested("source")).isEqualTo(List.of("source/inner"));
  }
}
