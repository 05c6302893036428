package io.github.containersnap.install;

import io.github.containersnap.linux.DirectoryNames;
import io.github.containersnap.linux.ExclusiveDevice;
import io.github.containersnap.linux.KernelCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A disk that is ours until this is closed. A device is claimed from the kernel: it gives it to
 * nobody while any of it is mounted or otherwise in use, by whomever and in whatever namespace, and
 * then to nobody but us. For files there is no such thing; they are locked, which virtual machines
 * and other installations heed.
 */
public final class ExclusiveDisk implements AutoCloseable {
  private static final Set<StandardOpenOption> EXISTING =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private final Path path;
  private final FileChannel content;
  private final Optional<ExclusiveDevice> device;

  private ExclusiveDisk(Path path, FileChannel content, Optional<ExclusiveDevice> device) {
    this.path = path;
    this.content = content;
    this.device = device;
  }

  /**
   * Claims a disk; a new file is made, sparse and for root alone, for it will hold the system's
   * secrets.
   *
   * @throws UnusableDiskException if somebody else uses it
   */
  public static ExclusiveDisk of(TargetDisk target) {
    try {
      return switch (target) {
        case TargetDisk.NewFile file -> made(file);
        case TargetDisk.ExistingFile file -> locked(file.path(), EXISTING);
        case TargetDisk.Device disk -> exclusive(disk);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write to %s: %s".formatted(target.path(), e.getMessage()), e);
    }
  }

  private static ExclusiveDisk made(TargetDisk.NewFile file) throws IOException {
    ExclusiveDisk claim = locked(file.path(), NEW);
    try {
      claim.content.write(ByteBuffer.allocate(1), file.size().count() - 1);
      return claim;
    } catch (IOException e) { // larger than files can be here
      claim.close();
      Files.delete(file.path());
      throw e;
    }
  }

  private static ExclusiveDisk locked(Path file, Set<StandardOpenOption> options)
      throws IOException {
    FileChannel content =
        FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (content.tryLock() != null) {
        return new ExclusiveDisk(file, content, Optional.empty());
      }
    } catch (OverlappingFileLockException _) {
      // by another thread of this process: in use as well
    }
    content.close();
    throw UnusableDiskException.inUse(file, "another program has locked it, as running ones do");
  }

  private static ExclusiveDisk exclusive(TargetDisk.Device disk) throws IOException {
    try {
      ExclusiveDevice device = ExclusiveDevice.open(disk.path());
      return new ExclusiveDisk(
          disk.path(), FileChannel.open(disk.path(), EXISTING), Optional.of(device));
    } catch (KernelCallException e) {
      if (e.error().equals(ExclusiveDevice.BUSY)) {
        throw UnusableDiskException.inUse(
            disk.path(),
            "the kernel says so, though not by whom; perhaps a btrfs of several disks");
      }
      throw e;
    }
  }

  /** What the disk holds. For a file no other channel may be opened: closing it would unlock. */
  FileChannel content() {
    return content;
  }

  /** Makes durable what was written to the disk; the kernel learns of its partitions. */
  void settle() {
    try {
      content.force(true);
      if (device.isPresent()) {
        device.get().rereadPartitions();
      } else {
        DirectoryNames.sync(Objects.requireNonNull(path.getParent()));
      }
    } catch (KernelCallException _) {
      return; // a device that the kernel looks for no partitions on; nothing here needs them
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write out " + path, e);
    }
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + path, e);
    } finally {
      device.ifPresent(ExclusiveDevice::close);
    }
  }
}
