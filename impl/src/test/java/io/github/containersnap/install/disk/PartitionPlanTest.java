package io.github.containersnap.install.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PartitionPlanTest {
  private static final Path DISK = Path.of("/disk");
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @Test
  void a_disk_with_room_gets_an_esp_that_can_be_fat32() {
    PartitionPlan plan = PartitionPlan.of(DISK, 8 * GIB, 512);

    assertThat(plan.esp()).isEqualTo(new DiskRange(MIB, 260 * MIB));
    assertThat(plan.system()).isEqualTo(new DiskRange(261 * MIB, 8 * GIB - 262 * MIB));
    assertThat(plan.esp().sectors(512)).isEqualTo("2048:534527");
  }

  @Test
  void large_sectors_make_the_same_bytes_fewer_sectors() {
    PartitionPlan plan = PartitionPlan.of(DISK, 2 * GIB, 4096);

    assertThat(plan.esp()).isEqualTo(new DiskRange(MIB, 260 * MIB));
    assertThat(plan.esp().sectors(4096)).isEqualTo("256:66815");
  }

  @Test
  void the_smallest_disk_has_the_smallest_btrfs_and_a_smaller_one_has_no_plan() {
    for (int sector : new int[] {512, 4096}) {
      long smallest = PartitionPlan.smallestDisk(sector);

      assertThat(PartitionPlan.of(DISK, smallest, sector).system().size())
          .isEqualTo(PartitionPlan.SMALLEST_SYSTEM);
      assertThatThrownBy(() -> PartitionPlan.of(DISK, smallest - 1, sector))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("too small");
    }
  }

  @Test
  void every_plan_has_an_identity_of_its_own() {
    assertThat(PartitionPlan.of(DISK, GIB, 512).filesystem())
        .isNotEqualTo(PartitionPlan.of(DISK, GIB, 512).filesystem());
  }
}
