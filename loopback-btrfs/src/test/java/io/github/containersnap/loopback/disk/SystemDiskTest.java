package io.github.containersnap.loopback.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemDiskTest {
  private static final long MIB = 1 << 20;

  @TempDir Path parent;

  @Test
  void a_disk_has_a_boot_loader_and_the_shared_subvolumes() throws Exception {
    try (Workspace workspace = Workspace.open(parent)) {
      SystemDisk disk = SystemDisk.create(workspace.file("disk.img"), 256 * MIB);

      assertThat(ExternalCommand.of("sgdisk", "--verify", disk.image()).run().text())
          .contains("No problems found");
      String esp = disk.image() + "@@" + disk.espOffset();
      assertThat(type(esp, "grubenv"))
          .hasSize(1024)
          .startsWith("# GRUB Environment Block\n#####".getBytes(StandardCharsets.US_ASCII));
      assertThat(type(esp, "BOOTX64.EFI")).startsWith('M', 'Z');
      try (LoopDevice device = disk.attachSystem();
          Mount mount = Mount.of(device.device(), workspace.file("m"), "subvolid=5")) {
        assertThat(mount.directory().resolve("@var/lib")).isEmptyDirectory();
        for (String subvolume : new String[] {"@boot", "@var", "@home"}) {
          ExternalCommand.of("btrfs", "subvolume", "show", mount.directory().resolve(subvolume))
              .run();
        }
        assertThat(
                ExternalCommand.of(
                        "blkid", "-p", "-o", "value", "-s", "LABEL", "-s", "UUID", device.device())
                    .run()
                    .lines())
            .containsExactlyInAnyOrder("SYSTEM", disk.filesystemUuid().toString());
        // What the boot loader sees of the same filesystem.
        assertThat(ExternalCommand.of("grub-fstest", device.device(), "ls", "/").run().text())
            .contains("@boot/", "@var/", "@home/");
      }
      assertThat(Path.of(disk.image() + ".building")).doesNotExist();
    }
  }

  private static byte[] type(String esp, String name) {
    return ExternalCommand.of("mtype", "-i", esp, "::/EFI/BOOT/" + name).run().standardOutput();
  }

  @Test
  void behind_the_filesystem_a_mebibyte_is_free_for_marks() {
    try (Workspace workspace = Workspace.open(parent)) {
      SystemDisk disk = SystemDisk.create(workspace.file("disk.img"), 200 * MIB + 8192);

      assertThat(disk.marksOffset()).isEqualTo(disk.systemOffset() + disk.systemSize());
      assertThat(disk.sizeBytes() - disk.marksOffset()).isBetween(2 * MIB, 3 * MIB);
      assertThat(disk.at(Path.of("/other")))
          .isEqualTo(
              new SystemDisk(
                  Path.of("/other"),
                  200 * MIB + 8192,
                  MIB,
                  16 * MIB,
                  17 * MIB,
                  181 * MIB,
                  198 * MIB,
                  disk.filesystemUuid(),
                  Filesystem.BTRFS));
    }
  }

  @Test
  void a_disk_that_is_too_small_is_refused_with_the_size_it_needs() {
    assertThatThrownBy(() -> SystemDisk.create(parent.resolve("disk"), 100 * MIB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s/disk: a disk of 104857600 bytes is too small; boot loader, btrfs and marks need"
                + " 154140672",
            parent);
    assertThatThrownBy(() -> SystemDisk.create(parent.resolve("disk"), 256 * MIB + 512))
        .hasMessageContaining("no whole number of blocks");
    assertThat(parent.resolve("disk")).doesNotExist();
  }

  @Test
  void an_image_that_exists_is_not_overwritten() throws Exception {
    Path image = Files.writeString(parent.resolve("disk"), "precious");

    assertThatThrownBy(() -> SystemDisk.create(image, 256 * MIB))
        .isInstanceOf(UncheckedIOException.class);

    assertThat(image).hasContent("precious");
  }
}
