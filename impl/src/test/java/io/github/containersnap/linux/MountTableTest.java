package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
          40 22 0:43 / /w/run\\040one rw - btrfs /dev/loop1 rw
          41 40 0:44 / /w/run\\040one/a\\134\\011b rw master:3 propagate_from:2 - fuse /dev/fuse rw
          42 22 0:45 / /w/run\\040one-more rw - btrfs /dev/loop2 rw
          broken line
          """);

  @Test
  void mounts_are_decoded_and_come_deepest_first() {
    assertThat(TABLE.atOrBelow(Path.of("/w/run one")))
        .containsExactly(
            new MountInfo("0:44", "/", "/w/run one/a\\\tb", "fuse", "/dev/fuse"),
            new MountInfo("0:43", "/", "/w/run one", "btrfs", "/dev/loop1"));
    assertThat(TABLE.below(Path.of("/w/run one")))
        .extracting(MountInfo::at)
        .containsExactly("/w/run one/a\\\tb");
    assertThat(TABLE.atOrBelow(Path.of("/"))).hasSize(4);
  }

  @Test
  void of_several_mounts_at_one_place_the_last_is_to_be_seen() {
    MountTable table =
        MountTable.parse(
            """
            22 1 0:20 / /mnt rw - btrfs /dev/a rw
            23 22 0:21 /@var /mnt rw - btrfs /dev/b rw
            """);

    assertThat(table.at("/mnt").map(MountInfo::source)).contains("/dev/b");
    assertThat(table.at("/mn")).isEmpty();
  }

  @Test
  void types_and_devices_are_found_by_their_whole_names() {
    assertThat(TABLE.has(Path.of("/w/run one"), "btrfs")).isTrue();
    assertThat(TABLE.has(Path.of("/w/run one"), "fuse")).isFalse();
    assertThat(TABLE.hasSource(Path.of("/dev/loop2"))).isTrue();
    assertThat(TABLE.hasSource(Path.of("/dev/loop"))).isFalse();
  }

  @Test
  void a_name_beyond_ascii_is_read_and_one_that_is_not_utf_8_hides_nothing() {
    String bytes =
        new String(
            "22 1 0:20 / /mnt/ä rw - btrfs /dev/a rw\n".getBytes(StandardCharsets.UTF_8),
            StandardCharsets.ISO_8859_1);
    MountTable table = MountTable.parse(bytes + "23 1 0:21 / /mnt/\u00ff rw - btrfs /dev/b rw\n");

    assertThat(table.at("/mnt/ä").map(MountInfo::source)).contains("/dev/a");
    assertThat(table.hasSource(Path.of("/dev/b"))).isTrue();
  }
}
