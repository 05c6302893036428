package io.github.containersnap.gate.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskArchiveTest {
  @Test
  void a_disk_is_kept_of_the_first_violated_check_of_all_or_of_none() {
    assertThat(DiskArchive.FIRST.keepsOneAfter(0)).isTrue();
    assertThat(DiskArchive.FIRST.keepsOneAfter(1)).isFalse();
    assertThat(DiskArchive.ALL.keepsOneAfter(1)).isTrue();
    assertThat(DiskArchive.NEVER.keepsOneAfter(0)).isFalse();
  }
}
