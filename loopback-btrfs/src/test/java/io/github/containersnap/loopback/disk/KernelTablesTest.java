package io.github.containersnap.loopback.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.disk.MountTable.MountPoint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KernelTablesTest {

  @Test
  void mount_points_are_decoded_and_come_deepest_first() {
    MountTable table =
        MountTable.parse(
            """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:43 / /w/run\\040one rw - btrfs /dev/loop1 rw
            41 40 0:44 / /w/run\\040one/a\\134\\011b rw master:3 propagate_from:2 - fuse /dev/fuse rw
            42 22 0:45 / /w/run\\040one-more rw - btrfs /dev/loop2 rw
            broken line
            """);

    assertThat(table.below(Path.of("/w/run one")))
        .containsExactly(
            new MountPoint(Path.of("/w/run one/a\\\tb"), "fuse", "/dev/fuse"),
            new MountPoint(Path.of("/w/run one"), "btrfs", "/dev/loop1"));
    assertThat(table.has(Path.of("/w/run one"), "btrfs")).isTrue();
    assertThat(table.has(Path.of("/w/run one"), "fuse")).isFalse();
    assertThat(table.hasSource(Path.of("/dev/loop2"))).isTrue();
    assertThat(table.hasSource(Path.of("/dev/loop"))).isFalse();
  }

  @Test
  void a_process_may_have_any_name() {
    String rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20";

    assertThat(ProcessIdentity.ofStat("42 (a) b (c) 7)" + rest))
        .contains(new ProcessIdentity(42, 4711));
    assertThat(ProcessIdentity.ofStat("42 (a)" + rest.replace("S", "Z"))).isEmpty();
    assertThat(ProcessIdentity.ofStat("42 (a) S 1 2")).isEmpty();
    assertThat(ProcessIdentity.ofStat("")).isEmpty();
    assertThat(ProcessIdentity.own().alive()).isTrue();
  }
}
