package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sysfs and a device say of a btrfs, where there is no kernel to ask. */
class MountedBtrfsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"0, false", "1, true"})
  void the_kernel_says_whether_a_uuid_is_temporary(String content, boolean temporary)
      throws IOException {
    Files.writeString(directory.resolve("temp_fsid"), content + "\n");
    assertThat(new MountedBtrfs(directory).hasTemporaryId()).isEqualTo(temporary);
  }

  @Test
  void a_kernel_before_6_7_gives_no_temporary_uuid() throws IOException {
    assertThat(new MountedBtrfs(directory).hasTemporaryId()).isFalse();
  }

  @Test
  void a_device_in_a_directory_of_dev_is_found_there() throws IOException {
    Files.createDirectories(directory.resolve("devices/cciss!c0d0p2"));
    assertThat(new MountedBtrfs(directory).device()).isEqualTo(Path.of("/dev/cciss/c0d0p2"));
  }

  @Test
  void without_sysfs_the_message_says_what_to_do() {
    UUID nobody = new UUID(0, 0);
    assertThatThrownBy(() -> MountedBtrfs.knownAs(nobody))
        .hasMessageContaining("/sys/fs/btrfs/" + nobody)
        .hasMessageContaining("Mount sysfs at /sys");
  }

  @ParameterizedTest
  @CsvSource({"0", "65536", "65600", "70000"})
  void a_device_without_a_superblock_has_no_uuid(int zeros) throws IOException {
    Path device = Files.write(directory.resolve("device"), new byte[zeros]);
    assertThatThrownBy(() -> MountedBtrfs.onDisk(device))
        .hasMessage("%s holds no superblock of btrfs", device);
  }
}
