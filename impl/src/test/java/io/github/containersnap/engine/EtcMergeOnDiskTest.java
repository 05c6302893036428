package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.etc.EtcMerge;
import io.github.containersnap.etc.EtcConflict;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The merge carried out on real directories; needs root, for owners and attributes. */
class EtcMergeOnDiskTest {
  private static final String ROOT = "root:x:0:0:root:/root:/bin/sh\n";

  private final LinuxFiles files = new LinuxFiles();
  @TempDir private Path directory;
  private Path came;
  private Path local;
  private Path offered;
  private Path target;

  @BeforeEach
  void the_three_sides() throws IOException {
    came = Files.createDirectory(directory.resolve("came"));
    local = Files.createDirectory(directory.resolve("local"));
    offered = Files.createDirectory(directory.resolve("offered"));
    target = Files.createDirectory(directory.resolve("target"));
  }

  private List<String> merge() {
    files.copyTree(offered, target);
    return new EtcMerge(files, came, local, offered, target)
        .apply().stream().map(EtcConflict::inWords).toList();
  }

  private static Path write(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text, StandardCharsets.ISO_8859_1);
  }

  private static TreeEntry at(Path root, String path) {
    return TreeScan.of(root).get(path).orElseThrow();
  }

  @Test
  void the_merge_leaves_the_three_sides_as_they_are() throws IOException {
    write(came, "f", "1");
    write(local, "f", "2");
    write(local, "d/own", "2");
    write(offered, "f", "3");
    List<TreeManifest> before =
        List.of(TreeScan.of(came), TreeScan.of(local), TreeScan.of(offered));

    assertThat(merge())
        .containsExactly("/etc/f: changed here and in the image; kept as it is here");

    assertThat(List.of(TreeScan.of(came), TreeScan.of(local), TreeScan.of(offered)))
        .isEqualTo(before);
    assertThat(target.resolve("f")).hasContent("2");
    assertThat(target.resolve("d/own")).hasContent("2");
  }

  @Test
  void hard_links_are_kept_among_what_is_carried_and_never_lead_out() throws IOException {
    Path one = write(local, "one", "shared");
    Files.createLink(local.resolve("two"), one);
    Files.createLink(local.resolve("three"), one);
    write(offered, "three", "shared");

    merge();

    assertThat(at(target, "two").hardLinkGroup()).isEqualTo("one");
    assertThat(at(target, "three").hardLinkGroup()).isEmpty();
    assertThat(Files.getAttribute(one, "unix:nlink")).isEqualTo(3);
    assertThat(Files.getAttribute(target.resolve("one"), "unix:nlink")).isEqualTo(2);
  }

  @Test
  void a_change_of_one_name_does_not_reach_the_other_names_in_the_image() throws IOException {
    Path file = write(offered, "a", "1");
    Files.createLink(offered.resolve("b"), file);
    write(came, "a", "1");
    write(came, "b", "1");
    Files.setAttribute(write(local, "a", "1"), "unix:mode", 0600);
    write(local, "b", "1");

    merge();

    assertThat(at(target, "a").mode()).isEqualTo(0600);
    assertThat(at(target, "b").mode()).isEqualTo(at(offered, "b").mode());
  }

  @Test
  void accounts_merge_by_entry_and_keep_bytes_mode_and_owner() throws IOException {
    write(came, "passwd", ROOT);
    write(local, "passwd", ROOT + "jos\u00e9:x:1000:1000:Jos\u00e9:/home:/bin/sh\n");
    write(offered, "passwd", ROOT + "new:x:5:0::/:/bin/false\n");
    for (Path root : List.of(came, local, offered)) {
      String lines = "root:" + root.getFileName() + ":1::::::\n";
      Path shadow = write(root, "shadow", root.equals(local) ? lines : "root:*:1::::::\n");
      Files.setAttribute(shadow, "unix:gid", 42);
      Files.setAttribute(shadow, "unix:mode", 0640);
    }
    Files.writeString(offered.resolve("shadow"), "root:*:1::::::\nnew:!:1::::::\n");

    assertThat(merge()).isEmpty();

    assertThat(Files.readString(target.resolve("passwd"), StandardCharsets.ISO_8859_1))
        .isEqualTo(
            ROOT + "new:x:5:0::/:/bin/false\n" + "jos\u00e9:x:1000:1000:Jos\u00e9:/home:/bin/sh\n");
    assertThat(target.resolve("shadow")).hasContent("root:local:1::::::\nnew:!:1::::::\n");
    assertThat(at(target, "shadow").mode()).isEqualTo(0640);
    assertThat(at(target, "shadow").gid()).isEqualTo(42);
  }

  @Test
  void an_account_file_that_is_a_link_is_not_read_through() throws IOException {
    Path outside = write(directory, "outside", ROOT + "evil:x:0:0:::\n");
    write(came, "passwd", ROOT);
    write(local, "passwd", ROOT + "own:x:1000:1000:::\n");
    Files.createSymbolicLink(offered.resolve("passwd"), outside);

    assertThat(merge())
        .containsExactly(
            "/etc/passwd: a file here, a symbolic link in the image; kept as it is here");

    assertThat(target.resolve("passwd")).hasContent(ROOT + "own:x:1000:1000:::\n");
    assertThat(outside).hasContent(ROOT + "evil:x:0:0:::\n");
  }

  @Test
  void nothing_is_written_or_removed_through_a_link_of_the_image() throws IOException {
    write(came, "d/changed", "1");
    write(came, "d/removed", "1");
    write(local, "d/changed", "2");
    write(local, "d/deep/added", "2");
    Path outside = Files.createDirectory(directory.resolve("outside"));
    write(outside, "changed", "untouched");
    write(outside, "removed", "untouched");
    TreeManifest before = TreeScan.of(outside);
    Files.createSymbolicLink(offered.resolve("d"), outside);

    assertThat(merge())
        .containsExactly(
            "/etc/d: a directory here, a symbolic link in the image; kept as it is here");

    assertThat(TreeScan.of(outside)).isEqualTo(before);
    assertThat(TreeScan.of(target.resolve("d"))).isEqualTo(TreeScan.of(local.resolve("d")));
  }

  @Test
  void a_default_access_list_of_a_directory_gives_nothing_to_what_is_carried_into_it()
      throws IOException {
    byte[] list = accessList();
    ExtendedAttributes.set(
        Files.createDirectory(local.resolve("d")), "system.posix_acl_default", list);
    write(local, "d/before", "1");
    ExtendedAttributes.remove(local.resolve("d/before"), "system.posix_acl_access");
    Files.setAttribute(local.resolve("d/before"), "unix:mode", 0644);
    Path shared = write(local, "shared", "1");
    ExtendedAttributes.set(shared, "system.posix_acl_access", list);

    merge();

    assertThat(TreeScan.of(target).differencesFrom(TreeScan.of(local))).isEmpty();
    assertThat(at(target, "shared").extendedAttributes()).containsKey("system.posix_acl_access");
  }

  /** user::rw- user:5:rw- group::r-- mask::rw- other::r--, as acl(5) and the kernel have it. */
  private static byte[] accessList() {
    ByteBuffer list = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    int none = -1;
    for (int[] entry :
        new int[][] {{1, 6, none}, {2, 6, 5}, {4, 4, none}, {16, 6, none}, {32, 4, none}}) {
      list.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
    }
    return list.array();
  }

  @Test
  void special_files_links_and_set_user_id_bits_are_carried_as_such() throws IOException {
    ExternalCommand.of("mkfifo", "-m", "600", local.resolve("pipe")).run();
    ExternalCommand.of("mknod", local.resolve("null"), "c", "1", "3").run();
    Files.createSymbolicLink(local.resolve("link"), Path.of("/nowhere/at/all"));
    ExternalCommand.of("chown", "-h", "7:8", local.resolve("link")).run();
    Path tool = write(local, "tool", "#!/bin/sh\n");
    Files.setAttribute(tool, "unix:uid", 5);
    Files.setAttribute(tool, "unix:mode", 04755);
    Path note = write(local, "note", "1");
    ExtendedAttributes.set(note, "user.note", new byte[] {0, '\n', (byte) 0xff});

    merge();

    assertThat(TreeScan.of(target).differencesFrom(TreeScan.of(local))).isEmpty();
    assertThat(Files.getLastModifiedTime(target.resolve("note"), LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(Files.getLastModifiedTime(note, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void an_etc_of_a_thousand_files_merges_at_once() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      String path = "d%d/f%d".formatted(i % 50, i);
      for (Path root : List.of(came, local, offered)) {
        write(root, path, path);
      }
      if (i % 5 == 0) {
        write(local, path, "local");
      }
    }
    files.copyTree(offered, target);
    new EtcMerge(files, came, local, offered, target).apply(); // classes loaded
    files.deleteTree(target);
    Files.createDirectory(target);
    files.copyTree(offered, target);

    long start = System.nanoTime();
    new EtcMerge(files, came, local, offered, target).apply();
    Duration taken = Duration.ofNanos(System.nanoTime() - start);

    // Wide, for a busy machine; one process a file would still take far longer.
    assertThat(taken).isLessThan(Duration.ofSeconds(3));
    assertThat(TreeScan.of(target)).isEqualTo(TreeScan.of(local));
  }
}
