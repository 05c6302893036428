package io.github.containersnap.install.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Part of a disk as a device of its own: a loop device over a file and over a whole device alike.
 * So there is no waiting for the kernel to find partitions, or for udev to name them, and the disk
 * itself can stay claimed by its user meanwhile.
 *
 * <p>The device does not outlive its users: it is told to end with its last one while this process
 * has it open. If the process is killed, the kernel takes it away.
 */
public final class PartitionDevice implements AutoCloseable {
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final int USUAL_SECTOR = 512;
  private static final Duration FREE_DEVICE_WAIT = Duration.ofSeconds(5);
  private static final Duration RELEASE_WAIT = Duration.ofSeconds(10);

  private final Path device;
  private final String sequence;
  private final FileChannel open;

  private PartitionDevice(Path device, FileChannel open) {
    this.device = device;
    this.sequence = sequence(device);
    this.open = open;
  }

  /**
   * Binds a free loop device.
   *
   * @param disk the file or device
   * @param part what of it
   * @param sectorBytes the logical sectors that the part is to have
   * @throws CommandFailedException if there is no free loop device for some seconds, or the disk
   *     cannot be used
   */
  static PartitionDevice attach(Path disk, DiskRange part, int sectorBytes) {
    ExternalCommand losetup =
        ExternalCommand.of("losetup", "--find", "--show", "--offset", part.offset())
            .with("--sizelimit", part.size());
    if (sectorBytes != USUAL_SECTOR) {
      losetup = losetup.with("--sector-size", sectorBytes);
    }
    Path device = Path.of(free(losetup.with(disk)).text());
    try {
      FileChannel open = FileChannel.open(device, StandardOpenOption.READ);
      // Not detached now, since it is open: the kernel notes to do so when its last user closes it.
      ExternalCommand.of("losetup", "--detach", device).run();
      return new PartitionDevice(device, open);
    } catch (IOException e) {
      ExternalCommand.of("losetup", "--detach", device).runAnyStatus();
      throw new UncheckedIOException("cannot open " + device, e);
    }
  }

  /** Another process may take the device that losetup found free; losetup then fails. */
  private static CommandOutput free(ExternalCommand losetup) {
    CommandOutput[] last = new CommandOutput[1];
    boolean bound =
        Waiting.until(
            FREE_DEVICE_WAIT,
            () -> {
              last[0] = losetup.runAnyStatus();
              return last[0].succeeded();
            });
    return bound ? last[0] : losetup.run();
  }

  /** The device node. */
  public Path device() {
    return device;
  }

  /**
   * Lets go of the device. Everything that was written to it is then with the disk, though perhaps
   * not durable yet.
   *
   * @throws UncheckedIOException if somebody else still uses it after 10 seconds
   */
  @Override
  public void close() {
    if (!open.isOpen()) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + device, e);
    }
    if (!Waiting.until(RELEASE_WAIT, () -> !isBound())) {
      throw new UncheckedIOException(
          new IOException(device + " is still used by another program; it ends with that"));
    }
  }

  private boolean isBound() {
    return Files.exists(BLOCK_DEVICES.resolve(device.getFileName()).resolve("loop"))
        && sequence(device).equals(sequence);
  }

  /** The kernel's number of this binding, which no later one gets; Linux 5.15 and later. */
  private static String sequence(Path device) {
    try {
      return Files.readString(BLOCK_DEVICES.resolve(device.getFileName()).resolve("diskseq"));
    } catch (IOException _) {
      return "";
    }
  }
}
