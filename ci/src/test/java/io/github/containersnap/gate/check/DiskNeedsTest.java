package io.github.containersnap.gate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.gate.run.UnfitMachineException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskNeedsTest {

  @TempDir Path directory;

  @Test
  void more_workers_and_more_changes_need_more() {
    long usual = new DiskNeeds(200 << 20, 40 << 20, 2).bytes();
    assertThat(new DiskNeeds(200 << 20, 40 << 20, 4).bytes()).isGreaterThan(usual);
    assertThat(new DiskNeeds(200 << 20, 80 << 20, 2).bytes()).isGreaterThan(usual);
    assertThat(new DiskNeeds(400 << 20, 40 << 20, 2).bytes()).isGreaterThan(usual);
  }

  @Test
  void a_disk_without_the_room_is_refused_with_the_numbers() {
    assertThatThrownBy(() -> new DiskNeeds(1L << 60, 0, 2).requireRoomIn(directory))
        .isInstanceOf(UnfitMachineException.class)
        .hasMessageMatching(
            "the check needs about 2\\.0 EiB in .*, which has [0-9.]+ .iB free\\. Free some, or set"
                + " CONTAINER_SNAP_CACHE to a directory with more room; fewer --jobs need less\\.");
  }
}
