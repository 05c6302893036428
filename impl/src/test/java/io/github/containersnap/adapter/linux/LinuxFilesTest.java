package io.github.containersnap.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DamagedStateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFilesTest {
  private final LinuxFiles files = new LinuxFiles();
  @TempDir private Path directory;

  @Test
  void a_file_is_replaced_whole() throws IOException {
    Path file = directory.resolve("file");
    files.replaceDurably(file, "one");
    Files.writeString(directory.resolve("file.new"), "a longer text that a crash left");
    files.replaceDurably(file, "two");
    assertThat(directory).isDirectoryContaining(path -> path.equals(file));
    assertThat(files.names(directory)).containsExactly("file");
    assertThat(files.read(file, 3)).contains("two");
  }

  @Test
  void a_text_that_does_not_fit_replaces_nothing() throws IOException {
    Path tiny = Files.createDirectory(directory.resolve("tiny"));
    ExternalCommand.of("mount", "-t", "tmpfs", "-o", "size=8k", "none", tiny).run();
    try {
      Path file = tiny.resolve("file");
      files.replaceDurably(file, "old");
      // One page is left: the kernel takes a part of the text and says how much.
      assertThatThrownBy(() -> files.replaceDurably(file, "x".repeat(6_000)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot replace " + file + ": No space left on device");
      assertThat(file).hasContent("old");
    } finally {
      ExternalCommand.of("umount", tiny).run();
    }
  }

  @Test
  void what_is_not_there_reads_as_nothing() {
    assertThat(files.read(directory.resolve("none"), 10)).isEmpty();
    assertThat(files.names(directory.resolve("none"))).isEmpty();
    files.deleteDurably(directory.resolve("none"));
    files.deleteTree(directory.resolve("none"));
  }

  @Test
  void more_than_the_limit_is_not_read() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "1234");
    assertThatThrownBy(() -> files.read(file, 3))
        .isInstanceOf(DamagedStateException.class)
        .hasMessage(file + " is damaged: it is larger than 3 bytes.");
  }

  @Test
  void a_tree_is_deleted_without_following_links() throws IOException {
    Path kept = Files.createDirectory(directory.resolve("kept"));
    Files.writeString(kept.resolve("file"), "kept");
    Path tree = Files.createDirectories(directory.resolve("tree/deep"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    Files.createSymbolicLink(directory.resolve("to-tree"), kept);
    files.deleteTree(directory.resolve("tree"));
    files.deleteTree(directory.resolve("to-tree"));
    assertThat(files.names(directory)).containsExactly("kept");
    assertThat(kept.resolve("file")).hasContent("kept");
  }

  @Test
  void a_rename_replaces_nothing_by_accident() throws IOException {
    Path source = Files.writeString(directory.resolve("source"), "new");
    Path target = Files.createSymbolicLink(directory.resolve("target"), Path.of("nowhere"));
    assertThatThrownBy(() -> files.rename(source, target))
        .hasMessageContaining("cannot rename " + source + " to " + target);
    files.renameOver(source, target);
    assertThat(target).hasContent("new");
  }

  @Test
  void a_new_file_replaces_nothing_by_accident() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    assertThatThrownBy(() -> files.write(file, "new")).hasMessageContaining("cannot write " + file);
    assertThat(file).hasContent("old");
  }
}
