package io.github.containersnap.engine.etc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.etc.EtcConflict;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.linux.PathBytes;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The merge over real directories; needs root, for owners and attributes. */
class EtcMergeTest {
  @TempDir private Path directory;
  private Path came;
  private Path running;
  private Path offered;

  @BeforeEach
  void three_directories() throws IOException {
    came = Files.createDirectory(directory.resolve("came"));
    running = Files.createDirectory(directory.resolve("running"));
    offered = Files.createDirectory(directory.resolve("offered"));
  }

  /** Merges into {@code offered} itself; the paths in conflict. */
  private List<String> merge() throws IOException {
    Path image = Files.createDirectory(directory.resolve("image"));
    LinuxFiles files = new LinuxFiles();
    files.copyTree(offered, image);
    return new EtcMerge(files, came, running, image, offered)
        .apply().stream().map(EtcConflict::path).toList();
  }

  private static void write(Path root, String path, String text) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), text);
  }

  private void everywhere(String path) throws IOException {
    for (Path root : List.of(came, running, offered)) {
      write(root, path, "original");
    }
  }

  private void link(Path root, String path, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(path), Path.of(target));
  }

  @Test
  void what_was_added_here_is_carried_over() throws IOException {
    write(running, "deep/in/here", "mine");
    assertThat(merge()).isEmpty();
    assertThat(offered.resolve("deep/in/here")).hasContent("mine");
  }

  @Test
  void what_was_changed_here_wins_over_the_image() throws IOException {
    everywhere("kept");
    everywhere("both");
    write(running, "kept", "mine");
    write(running, "both", "mine");
    write(offered, "both", "theirs");
    assertThat(merge()).containsExactly("both");
    assertThat(offered.resolve("kept")).hasContent("mine");
    assertThat(offered.resolve("both")).hasContent("mine");
  }

  @Test
  void what_was_left_alone_here_is_the_new_images() throws IOException {
    everywhere("changed");
    everywhere("removed");
    write(offered, "changed", "theirs");
    Files.delete(offered.resolve("removed"));
    write(offered, "added", "theirs");
    assertThat(merge()).isEmpty();
    assertThat(offered.resolve("changed")).hasContent("theirs");
    assertThat(offered.resolve("removed")).doesNotExist();
    assertThat(offered.resolve("added")).hasContent("theirs");
  }

  @Test
  void the_same_change_on_both_sides_is_no_conflict() throws IOException {
    everywhere("same");
    write(running, "same", "agreed");
    write(offered, "same", "agreed");
    write(running, "new", "agreed");
    write(offered, "new", "agreed");
    assertThat(merge()).isEmpty();
    assertThat(offered.resolve("same")).hasContent("agreed");
  }

  @Test
  void what_was_added_differently_on_both_sides_is_a_conflict() throws IOException {
    write(running, "new", "mine");
    write(offered, "new", "theirs");
    assertThat(merge()).containsExactly("new");
    assertThat(offered.resolve("new")).hasContent("mine");
  }

  @Test
  void what_was_removed_here_is_removed() throws IOException {
    everywhere("one");
    everywhere("directory/two");
    Files.delete(running.resolve("one"));
    Files.delete(running.resolve("directory/two"));
    Files.delete(running.resolve("directory"));
    assertThat(merge()).isEmpty();
    assertThat(offered).isEmptyDirectory();
  }

  @Test
  void what_was_removed_here_and_changed_in_the_image_is_a_conflict() throws IOException {
    everywhere("file");
    Files.delete(running.resolve("file"));
    write(offered, "file", "theirs");
    assertThat(merge()).containsExactly("file");
    assertThat(offered.resolve("file")).doesNotExist();
  }

  @Test
  void what_was_changed_here_and_removed_in_the_image_is_a_conflict() throws IOException {
    everywhere("file");
    write(running, "file", "mine");
    Files.delete(offered.resolve("file"));
    assertThat(merge()).containsExactly("file");
    assertThat(offered.resolve("file")).hasContent("mine");
  }

  @Test
  void a_directory_removed_here_stays_for_what_the_image_adds_to_it() throws IOException {
    everywhere("directory/old");
    Files.delete(running.resolve("directory/old"));
    Files.delete(running.resolve("directory"));
    write(offered, "directory/new", "theirs");
    assertThat(merge()).isEmpty();
    assertThat(offered.resolve("directory/new")).hasContent("theirs");
    assertThat(offered.resolve("directory/old")).doesNotExist();
  }

  @Test
  void a_file_that_became_a_directory_here_is_one() throws IOException {
    everywhere("thing");
    Files.delete(running.resolve("thing"));
    write(running, "thing/inside", "mine");
    write(offered, "thing", "theirs");
    assertThat(merge()).containsExactly("thing");
    assertThat(offered.resolve("thing/inside")).hasContent("mine");
  }

  @Test
  void a_directory_that_became_a_file_here_is_one() throws IOException {
    everywhere("thing/inside");
    Files.delete(running.resolve("thing/inside"));
    Files.delete(running.resolve("thing"));
    write(running, "thing", "mine");
    assertThat(merge()).isEmpty();
    assertThat(offered.resolve("thing")).hasContent("mine");
  }

  @Test
  void a_directory_that_became_a_link_here_is_one_and_is_not_followed() throws IOException {
    everywhere("thing/inside");
    Files.delete(running.resolve("thing/inside"));
    Files.delete(running.resolve("thing"));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    write(outside, "inside", "original");
    link(running, "thing", outside.toString());
    assertThat(merge()).isEmpty();
    assertThat(offered.resolve("thing")).isSymbolicLink();
    assertThat(outside.resolve("inside")).hasContent("original");
  }

  @Test
  void a_directory_that_became_a_file_in_the_image_stays_whole_for_a_change_in_it()
      throws IOException {
    everywhere("thing/changed");
    everywhere("thing/unchanged");
    write(running, "thing/changed", "mine");
    new LinuxFiles().deleteTree(offered.resolve("thing"));
    write(offered, "thing", "theirs");
    assertThat(merge()).containsExactly("thing");
    assertThat(offered.resolve("thing/changed")).hasContent("mine");
    assertThat(offered.resolve("thing/unchanged")).hasContent("original");
  }

  @Test
  void nothing_is_written_through_a_link_that_the_image_put_where_a_directory_was()
      throws IOException {
    everywhere("thing/changed");
    everywhere("thing/removed");
    write(running, "thing/changed", "mine");
    write(running, "thing/deep/added", "mine");
    Files.delete(running.resolve("thing/removed"));
    new LinuxFiles().deleteTree(offered.resolve("thing"));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    write(outside, "changed", "outside");
    write(outside, "removed", "outside");
    TreeManifest before = TreeScan.of(outside);
    link(offered, "thing", outside.toString());
    assertThat(merge()).contains("thing");
    assertThat(TreeScan.of(outside)).isEqualTo(before);
    assertThat(offered.resolve("thing")).isDirectory();
    assertThat(Files.isSymbolicLink(offered.resolve("thing"))).isFalse();
    assertThat(offered.resolve("thing/changed")).hasContent("mine");
    assertThat(offered.resolve("thing/deep/added")).hasContent("mine");
  }

  @Test
  void nothing_is_removed_through_a_link_that_the_image_put_where_a_directory_was()
      throws IOException {
    everywhere("thing/removed");
    Files.delete(running.resolve("thing/removed"));
    new LinuxFiles().deleteTree(offered.resolve("thing"));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    write(outside, "removed", "outside");
    link(offered, "thing", outside.toString());
    merge();
    assertThat(outside.resolve("removed")).hasContent("outside");
  }

  @Test
  void owners_modes_and_attributes_are_kept() throws IOException {
    everywhere("shadow");
    Path shadow = running.resolve("shadow");
    Files.setAttribute(shadow, "unix:uid", 5);
    Files.setAttribute(shadow, "unix:gid", 42);
    Files.setAttribute(shadow, "unix:mode", 04640);
    ExtendedAttributes.set(shadow, "user.note", new byte[] {0, '\n', (byte) 0xff});
    ExtendedAttributes.set(
        shadow,
        "security.capability",
        HexFormat.of().parseHex("0100000200040000000000000000000000000000"));
    Path sub = Files.createDirectory(running.resolve("sub"));
    Files.setAttribute(sub, "unix:gid", 50);
    Files.setAttribute(sub, "unix:mode", 02750);
    ExtendedAttributes.set(sub, "user.note", new byte[] {1});
    link(running, "link", "/nowhere");
    ExternalCommand.of("chown", "-h", "7:8", running.resolve("link")).run();
    ExternalCommand.of("mkfifo", "-m", "600", running.resolve("pipe")).run();
    merge();
    assertThat(TreeScan.of(offered).differencesFrom(TreeScan.of(running))).isEmpty();
  }

  @Test
  void an_attribute_that_was_taken_away_here_is_away() throws IOException {
    for (Path root : List.of(came, running, offered)) {
      Path sub = Files.createDirectory(root.resolve("sub"));
      if (!root.equals(running)) {
        ExtendedAttributes.set(sub, "user.note", new byte[] {1});
      }
    }
    assertThat(merge()).isEmpty();
    assertThat(ExtendedAttributes.of(offered.resolve("sub")).isEmpty()).isTrue();
  }

  @Test
  void names_are_bytes() throws IOException {
    List<byte[]> names =
        List.of(
            "50%".getBytes(StandardCharsets.UTF_8),
            "%41".getBytes(StandardCharsets.UTF_8),
            "two\nlines".getBytes(StandardCharsets.UTF_8),
            " ".getBytes(StandardCharsets.UTF_8),
            "-rf".getBytes(StandardCharsets.UTF_8),
            "dev-disk-by\\x2duuid".getBytes(StandardCharsets.UTF_8),
            "Főtanúsítvány".getBytes(StandardCharsets.UTF_8),
            new byte[] {'n', (byte) 0xff, (byte) 0xc0});
    for (byte[] name : names) {
      Files.writeString(PathBytes.under(running, name), "mine");
      Path kept = PathBytes.under(Files.createDirectories(came.resolve("gone")), name);
      Files.writeString(kept, "original");
      Path goes = PathBytes.under(Files.createDirectories(offered.resolve("gone")), name);
      Files.writeString(goes, "original");
    }
    assertThat(merge()).isEmpty();
    assertThat(TreeScan.of(offered).differencesFrom(TreeScan.of(running))).isEmpty();
  }

  @Test
  void a_device_is_carried_over_without_being_opened() throws IOException {
    ExternalCommand.of("mknod", running.resolve("null"), "c", "1", "3").run();
    merge();
    assertThat(TreeScan.of(offered).differencesFrom(TreeScan.of(running))).isEmpty();
    assertThat(Files.isRegularFile(offered.resolve("null"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
