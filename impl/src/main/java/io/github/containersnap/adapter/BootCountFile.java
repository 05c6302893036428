package io.github.containersnap.adapter;

import io.github.containersnap.linux.DirectoryNames;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The file on the EFI system partition in which GRUB counts the boots of a trial. GRUB overwrites
 * it and cannot make it, so an adopted host needs one before its first update.
 *
 * @param partition where the EFI system partition is mounted
 */
public record BootCountFile(Path partition) {
  private static final int BYTES = 1024;
  private static final String SIGNATURE = "# GRUB Environment Block\n";

  /** That of the running system, whose fstab mounts the partition where distributions do. */
  public static Optional<BootCountFile> ofRunningSystem() {
    return Stream.of("/boot/efi", "/efi")
        .filter(
            place -> MountTable.own().at(place).filter(it -> it.type().equals("vfat")).isPresent())
        .findFirst()
        .map(place -> new BootCountFile(Path.of(place)));
  }

  /**
   * Makes it if it is not there; when this returns it outlives a power cut. A crash before that
   * leaves none, or one beside its name that nothing reads; the next adoption replaces that. Until
   * the file is there no boot is counted.
   *
   * @throws IOException if the partition cannot be written to
   */
  public void provide() throws IOException {
    Path efi = partition.resolve("EFI");
    Path directory = efi.resolve("BOOT");
    Path file = directory.resolve("grubenv");
    if (Files.exists(file)) {
      return;
    }
    Files.createDirectories(directory);
    Path beside = file.resolveSibling("grubenv.new");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer rest =
          StandardCharsets.US_ASCII.encode(SIGNATURE + "#".repeat(BYTES - SIGNATURE.length()));
      while (rest.hasRemaining()) {
        int _ = channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    for (Path each : List.of(directory, efi, partition)) {
      DirectoryNames.sync(each);
    }
  }
}
