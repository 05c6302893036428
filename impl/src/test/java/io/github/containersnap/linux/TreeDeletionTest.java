package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeDeletionTest {
  @TempDir private Path directory;

  @Test
  void a_link_goes_and_what_it_leads_to_stays() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "");
    Path tree = Files.createDirectories(directory.resolve("tree/deeper"));
    Files.createSymbolicLink(tree.resolve("link"), outside);

    TreeDeletion.remove(directory.resolve("tree"));

    assertThat(directory.resolve("tree")).doesNotExist();
    assertThat(outside.resolve("file")).exists();
  }

  @Test
  void a_tree_that_is_missing_is_removed_already() throws Exception {
    TreeDeletion.remove(directory.resolve("none"));
    TreeDeletion.removeUnlessMounted(directory.resolve("none"));
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void a_tree_with_a_mount_in_it_is_refused() {
    MountTable table = MountTable.parse("22 1 0:20 / /srv/tree/deeper rw - btrfs /dev/a rw\n");

    assertThatThrownBy(() -> TreeDeletion.requireNothingMounted(Path.of("/srv/tree"), table))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("something is mounted at /srv/tree/deeper; unmount it first");
    assertThatCode(() -> TreeDeletion.requireNothingMounted(Path.of("/srv/tre"), table))
        .doesNotThrowAnyException();
  }
}
