package io.github.containersnap.install.disk;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The EFI system partition: GRUB with a tiny configuration built in, and a {@code grubenv} that is
 * there from the beginning, so that GRUB, which cannot allocate, can overwrite it. Nothing else is
 * ever written to it.
 *
 * <p>In the boot menu, {@code $esp} names the device of this partition: {@code load_env --file
 * ($esp)/EFI/BOOT/grubenv}.
 *
 * @param device the partition
 * @param size its size in bytes
 * @param firmware what starts it
 * @param filesystem the UUID of the btrfs that the boot menu lies on
 */
record EfiSystemPartition(Path device, long size, EfiArchitecture firmware, UUID filesystem) {
  private static final int GRUBENV_BYTES = 1024;
  private static final String DIRECTORY = "::/EFI/BOOT";
  private static final long SMALLEST_FAT32 = 260L << 20;

  /**
   * All that a menu may want, since nothing is loaded later: a module file on the disk would be one
   * more thing an update had to keep whole.
   */
  private static final String MODULES =
      "part_gpt btrfs fat gzio zstd lzopio search search_label search_fs_uuid search_fs_file"
          + " normal configfile linux echo test true regexp loadenv serial terminal all_video"
          + " efi_gop gfxterm minicmd ls cat sleep halt reboot probe chain";

  /** Makes the partition; {@code workDirectory} holds its parts while they are made. */
  void make(Path workDirectory) throws IOException {
    format();
    Path configuration = Files.writeString(workDirectory.resolve("grub.cfg"), configuration());
    Path grub = workDirectory.resolve(firmware.loader());
    Path grubenv = Files.writeString(workDirectory.resolve("grubenv"), emptyGrubenv());
    ExternalCommand.of(
            "grub-mkimage",
            "--format=" + firmware.grubFormat(),
            "--prefix=/EFI/BOOT",
            "--config=" + configuration,
            "--output=" + grub)
        .with((Object[]) MODULES.split(" ", -1))
        .run();
    mtool("mmd", "::/EFI", DIRECTORY);
    mtool("mcopy", grub, grubenv, DIRECTORY);
    Files.delete(configuration);
    Files.delete(grub);
    Files.delete(grubenv);
  }

  /**
   * What GRUB does first. It runs this before its shell is there, so there is no {@code if}: a
   * search that finds nothing leaves {@code root} alone, and the last one that finds something
   * wins. That is the one by UUID, because a machine may well have two filesystems of one label: a
   * disk made beside the one that runs. The label still leads to the menu of a filesystem whose
   * UUID was changed since.
   */
  private String configuration() {
    return """
    set esp=$root
    export esp
    search --no-floppy --set=root --label %s
    search --no-floppy --set=root --fs-uuid %s
    configfile /@boot/boot.cfg
    """
        .formatted(PartitionPlan.LABEL, filesystem);
  }

  private void format() {
    int kind = size < SMALLEST_FAT32 ? 16 : 32;
    ExternalCommand.of("mkfs.vfat", "-F", kind, "-n", "EFI", device).run();
  }

  private void mtool(String program, Object... arguments) {
    ExternalCommand.of(program, "-i", device)
        .with(arguments)
        .withEnvironment("MTOOLS_SKIP_CHECK", "1")
        .run();
  }

  /** GRUB manual, "The GRUB environment block": a signature line, filled up with {@code #}. */
  private static String emptyGrubenv() {
    String signature = "# GRUB Environment Block\n";
    int filling = GRUBENV_BYTES - signature.getBytes(StandardCharsets.US_ASCII).length;
    return signature + "#".repeat(filling);
  }
}
