package io.github.containersnap.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.adapter.BtrfsOnLoop;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Subvolumes of a real btrfs. Needs root. */
class BtrfsProgsTest {
  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path directory;

  private final BtrfsProgs btrfs = new BtrfsProgs();
  private BtrfsOnLoop disk;

  @BeforeEach
  void a_btrfs() throws IOException {
    disk = new BtrfsOnLoop(directory);
  }

  @AfterEach
  void the_loop_device_goes() {
    disk.close();
  }

  @Test
  void the_filesystem_has_the_uuid_that_it_was_made_with() {
    assertThat(btrfs.filesystemId(disk.directory()))
        .isEqualTo(
            ExternalCommand.of("findmnt", "-n", "-o", "UUID", disk.directory()).run().text());
  }

  @Test
  void a_subvolume_becomes_read_only_and_writable_again() {
    Path subvolume = disk.directory().resolve("subvolume");
    btrfs.createSubvolume(subvolume);
    assertThat(btrfs.isReadOnly(subvolume)).isFalse();

    btrfs.setReadOnly(subvolume, true);
    assertThat(btrfs.isReadOnly(subvolume)).isTrue();
    assertThatThrownBy(() -> Files.writeString(subvolume.resolve("file"), ""))
        .hasMessageContaining("Read-only");

    btrfs.setReadOnly(subvolume, false);
    assertThat(btrfs.isReadOnly(subvolume)).isFalse();
  }

  @Test
  void a_commit_raises_the_generation_on_disk() throws IOException {
    long before = generation();
    Path file = Files.writeString(disk.directory().resolve("file"), "content");

    btrfs.commit(file);

    assertThat(generation()).isGreaterThan(before);
  }

  @Test
  void a_change_after_a_snapshot_has_a_later_generation_than_the_snapshot() throws IOException {
    Path etc = disk.directory().resolve("etc");
    Path frozen = disk.directory().resolve("frozen");
    btrfs.createSubvolume(etc);
    Files.writeString(etc.resolve("file"), "before");
    btrfs.snapshot(etc, frozen);
    long snapshot = btrfs.generation(frozen).creation();
    btrfs.commit(etc);
    assertThat(btrfs.generation(etc).latest()).isLessThanOrEqualTo(snapshot);

    Files.writeString(etc.resolve("file"), "after");
    btrfs.commit(etc);

    assertThat(btrfs.generation(etc).latest()).isGreaterThan(snapshot);
    assertThat(btrfs.generation(frozen).creation()).isEqualTo(snapshot);
  }

  @Test
  void two_subvolumes_change_places_in_one_step_where_both_roots_are_writable() throws IOException {
    Path root = disk.directory().resolve("root");
    Path etc = root.resolve("etc");
    Path draft = disk.directory().resolve("draft");
    btrfs.createSubvolume(root);
    btrfs.createSubvolume(etc);
    btrfs.createSubvolume(draft);
    Files.writeString(etc.resolve("file"), "old");
    Files.writeString(draft.resolve("file"), "new");
    btrfs.setReadOnly(root, true);
    LinuxFiles files = new LinuxFiles();

    assertThatThrownBy(() -> files.exchange(draft, etc))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("EROFS");
    assertThat(etc.resolve("file")).hasContent("old");

    btrfs.setReadOnly(root, false);
    files.exchange(draft, etc);
    assertThat(etc.resolve("file")).hasContent("new");
    assertThat(draft.resolve("file")).hasContent("old");
    assertThat(btrfs.isSubvolume(etc)).isTrue();
  }

  @Test
  void what_is_no_btrfs_or_not_there_is_named() {
    assertThatThrownBy(() -> btrfs.commit(Path.of("/proc")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("BTRFS_IOC_SYNC on /proc failed: ENOTTY");
    assertThatThrownBy(() -> btrfs.isReadOnly(disk.directory().resolve("nothing")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("open on %s/nothing failed: ENOENT", disk.directory());
  }

  @Test
  void what_is_nested_in_a_subvolume_goes_with_it_and_nothing_else() throws IOException {
    Path etc = disk.directory().resolve("etc");
    Path other = disk.directory().resolve("other");
    btrfs.createSubvolume(etc);
    btrfs.createSubvolume(other);
    Files.createDirectory(etc.resolve("plain"));
    btrfs.createSubvolume(etc.resolve("plain/outer"));
    btrfs.createSubvolume(etc.resolve("plain/outer/inner"));
    Files.writeString(etc.resolve("plain/outer/inner/file"), "x");
    btrfs.setReadOnly(etc.resolve("plain/outer"), true);
    Files.createSymbolicLink(etc.resolve("link"), other);

    btrfs.deleteSubvolume(etc);

    assertThat(etc).doesNotExist();
    assertThat(btrfs.isSubvolume(other)).isTrue();
  }

  @Test
  void a_snapshot_holds_what_its_source_held_and_is_writable() throws IOException {
    Path source = disk.directory().resolve("sourc\u00e9");
    btrfs.createSubvolume(source);
    Files.writeString(source.resolve("file"), "before");

    Path snapshot = disk.directory().resolve("snap shot");
    btrfs.snapshot(source, snapshot);
    Files.writeString(source.resolve("file"), "after");

    assertThat(snapshot.resolve("file")).hasContent("before");
    assertThat(btrfs.isSubvolume(snapshot)).isTrue();
    assertThat(btrfs.isReadOnly(snapshot)).isFalse();
    assertThat(new BtrfsProgs().nested(source)).isEmpty();
  }

  @Test
  void the_time_of_creation_is_the_one_that_btrfs_progs_name() {
    Path subvolume = disk.directory().resolve("subvolume");
    btrfs.createSubvolume(subvolume);

    String named =
        ExternalCommand.of("btrfs", "subvolume", "show", subvolume).run().lines().stream()
            .filter(line -> line.contains("Creation time:"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElseThrow();
    DateTimeFormatter format = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss Z", Locale.ROOT);
    assertThat(btrfs.created(subvolume)).isEqualTo(OffsetDateTime.parse(named, format).toInstant());
  }

  @Test
  void a_snapshot_or_subvolume_that_cannot_be_made_is_named_and_leaves_nothing()
      throws IOException {
    Path source = disk.directory().resolve("source");
    btrfs.createSubvolume(source);
    Path plain = Files.createDirectory(disk.directory().resolve("plain"));
    Path target = disk.directory().resolve("target");
    Path tooLong = disk.directory().resolve("n".repeat(256));

    assertThatThrownBy(() -> btrfs.snapshot(plain, target))
        .hasMessageContaining("BTRFS_IOC_SNAP_CREATE_V2 on %s".formatted(disk.directory()))
        .hasMessageContaining("EINVAL");
    assertThatThrownBy(() -> btrfs.snapshot(source, plain))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(plain.toString());
    assertThatThrownBy(() -> btrfs.createSubvolume(source))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(source.toString());
    assertThatThrownBy(() -> btrfs.createSubvolume(tooLong)).hasMessageContaining("ENAMETOOLONG");
    assertThat(plain).isEmptyDirectory();
    assertThat(source).isEmptyDirectory();
    assertThat(target).doesNotExist();
  }

  /** 300 of them: the kernel names at most 255 in one answer. */
  @Test
  void all_that_lie_in_a_subvolume_are_found_and_none_within_those() throws IOException {
    Path outer = disk.directory().resolve("outer");
    btrfs.createSubvolume(outer);
    Path deep = Files.createDirectories(outer.resolve("a/b c/d\u00e9"));
    List<Path> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Path nested = (i % 2 == 0 ? outer : deep).resolve("nested" + i);
      btrfs.createSubvolume(nested);
      expected.add(nested);
    }
    btrfs.createSubvolume(expected.getFirst().resolve("within"));

    assertThat(btrfs.nested(outer)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(btrfs.nested(expected.get(1))).isEmpty();
  }

  private long generation() {
    return ExternalCommand.of("btrfs", "inspect-internal", "dump-super", directory.resolve("disk"))
        .run()
        .lines()
        .stream()
        .filter(line -> line.startsWith("generation"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
