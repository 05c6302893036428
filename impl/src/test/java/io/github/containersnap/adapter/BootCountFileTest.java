package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file in which GRUB counts. Not every kernel has vfat, so ext4 stands for it: it keeps a new
 * name in memory for some seconds, too, unless it is asked to write it.
 */
class BootCountFileTest {
  private static final long PARTITION_BYTES = 64L << 20;
  private static final String FILE = "EFI/BOOT/grubenv";

  private final Path directory;
  private final Path image;
  private final Path partition;

  BootCountFileTest(@TempDir Path directory) {
    this.directory = directory;
    this.image = directory.resolve("esp.img");
    this.partition = directory.resolve("efi");
  }

  @BeforeEach
  void mount() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(PARTITION_BYTES);
    }
    ExternalCommand.of("mkfs.ext4", "-q", image).run();
    Files.createDirectory(partition);
    ExternalCommand.of("mount", "-o", "loop", image, partition).run();
  }

  @AfterEach
  void unmount() {
    ExternalCommand.of("umount", partition).run();
  }

  /** What a power cut now would leave: not what the kernel still keeps in memory. */
  private String afterPowerCut() throws Exception {
    Path disk = directory.resolve("after.img");
    ExternalCommand.of("dd", "if=" + image, "of=" + disk, "bs=1M", "status=none").run();
    Path after = Files.createDirectory(directory.resolve("after"));
    ExternalCommand.of("mount", "-o", "loop", disk, after).run();
    try {
      return Files.readString(after.resolve(FILE));
    } finally {
      ExternalCommand.of("umount", after).run();
    }
  }

  @Test
  void it_outlives_a_power_cut_from_the_moment_it_is_there() throws Exception {
    new BootCountFile(partition).provide();

    assertThat(afterPowerCut()).startsWith("# GRUB Environment Block\n####").hasSize(1024);
  }

  @Test
  void what_grub_has_counted_stays() throws Exception {
    Path file = Files.createDirectories(partition.resolve("EFI/BOOT")).resolve("grubenv");
    Files.writeString(file, "# GRUB Environment Block\ncontainer_snap_boots=1\n");

    new BootCountFile(partition).provide();

    assertThat(file).hasContent("# GRUB Environment Block\ncontainer_snap_boots=1\n");
  }
}
