package io.github.containersnap.install;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;

/** A disk that nothing is installed on, as things are. Nothing was written to it. */
public final class UnusableDiskException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private static final String ANOTHER = "Name another disk. Nothing was changed.";

  private UnusableDiskException(String message, String advice) {
    super(message, advice);
  }

  static UnusableDiskException noDirectory(Path directory, Path file) {
    return new UnusableDiskException(
        "There is no directory %s to make %s in.".formatted(directory, file.getFileName()),
        "Make it, or name a file elsewhere. Nothing was changed.");
  }

  static UnusableDiskException noDevice(Path node) {
    return new UnusableDiskException(
        "There is no device %s.".formatted(node),
        "`lsblk` lists the disks of this machine. Nothing was changed.");
  }

  static UnusableDiskException noDisk(Path path) {
    return new UnusableDiskException(
        "%s is neither a file nor a block device.".formatted(path), ANOTHER);
  }

  static UnusableDiskException partition(Path node, String whole) {
    return new UnusableDiskException(
        "%s is a partition, and firmware starts whole disks only.".formatted(node),
        "Name the disk that it is on: --disk /dev/%s. Nothing was changed.".formatted(whole));
  }

  static UnusableDiskException readOnly(Path node) {
    return new UnusableDiskException("%s is read-only.".formatted(node), ANOTHER);
  }

  static UnusableDiskException inUse(Path disk, String how) {
    return new UnusableDiskException(
        "%s is in use: %s.".formatted(disk, how),
        "Name another disk, or end that use first. Nothing was changed.");
  }

  static UnusableDiskException hasSize(Path disk) {
    return new UnusableDiskException(
        "%s exists and has its own size; --size is for a new file.".formatted(disk),
        "Leave --size out, or remove the file first. Nothing was changed.");
  }

  static UnusableDiskException tooSmall(Path disk, Bytes size, Bytes needed) {
    return new UnusableDiskException(
        "%s is too small: it has %s, and boot loader and btrfs alone need %s."
            .formatted(disk, size, needed),
        "Name a larger disk, or for a new file a larger --size. Nothing was changed.");
  }

  static UnusableDiskException tooSmallForImage(
      Path disk, Bytes size, String image, Bytes room, Bytes needed) {
    return new UnusableDiskException(
        "%s is too small for %s: of its %s the btrfs gets %s, and needs %s."
            .formatted(disk, image, size, room, needed),
        "Name a larger disk, or for a new file a larger --size. Nothing was changed.");
  }

  static UnusableDiskException noRoomForFile(Path file, Bytes needed, Bytes free) {
    return new UnusableDiskException(
        "%s would grow to %s at least, and %s has %s free."
            .formatted(file, needed, file.getParent(), free),
        "Free space, or name a file elsewhere. Nothing was changed.");
  }

  /** There is no terminal to ask on whether {@code what} may be lost. */
  public static UnusableDiskException nobodyToAsk(String what) {
    return new UnusableDiskException(
        "%s. It would be lost, and there is no terminal to ask on.".formatted(what),
        "If it may be lost, say so with --yes. Nothing was changed.");
  }

  /** It was asked whether {@code disk} may be overwritten, and the answer was no. */
  public static UnusableDiskException notAgreed(Path disk) {
    return new UnusableDiskException(
        "%s is left as it is, as you did not type its name.".formatted(disk),
        "Nothing was changed.");
  }
}
