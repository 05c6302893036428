package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The EFI system partition: GRUB with a tiny configuration built in, and a {@code grubenv} that is
 * there from the beginning, so that GRUB, which cannot allocate, can overwrite it. Nothing else is
 * ever written to it.
 *
 * <p>In the boot menu, {@code $esp} names the device of this partition: {@code load_env --file
 * ($esp)/EFI/BOOT/grubenv}.
 *
 * @param image the disk
 * @param offset where on the disk the partition begins, in bytes
 * @param size its size in bytes
 */
record EfiSystemPartition(Path image, long offset, long size) {
  private static final int SECTOR_BYTES = 512;
  private static final int GRUBENV_BYTES = 1024;
  private static final String DIRECTORY = "::/EFI/BOOT";

  private static final String CONFIGURATION =
      """
      set esp=$root
      export esp
      search --no-floppy --set=root --label %s
      configfile /@boot/boot.cfg
      """
          .formatted(SystemDisk.LABEL);

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
    Path configuration = Files.writeString(workDirectory.resolve("grub.cfg"), CONFIGURATION);
    Path grub = workDirectory.resolve("BOOTX64.EFI");
    Path grubenv = Files.writeString(workDirectory.resolve("grubenv"), emptyGrubenv());
    ExternalCommand.of(
            "grub-mkimage",
            "--format=x86_64-efi",
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

  private void format() {
    ExternalCommand.of(
            "mkfs.vfat",
            "-F",
            "16",
            "-n",
            "EFI",
            "--offset",
            offset / SECTOR_BYTES,
            image,
            size / 1024)
        .run();
  }

  private void mtool(String program, Object... arguments) {
    ExternalCommand.of(program, "-i", image + "@@" + offset)
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
