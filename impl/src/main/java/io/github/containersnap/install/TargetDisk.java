package io.github.containersnap.install;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.install.disk.PartitionPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The disk that a system is installed on. To look at it changes nothing. */
public sealed interface TargetDisk {
  /** What a new file gets if nobody says otherwise; it is sparse. */
  Bytes USUAL_SIZE = Bytes.ofMebibytes(8 * 1024);

  int FILE_SECTOR_BYTES = 512;
  int BLOCK_BYTES = 4096;

  /** Where it is, absolute. */
  Path path();

  /** Its size. */
  Bytes size();

  /** The size of its logical sectors in bytes. */
  int sectorBytes();

  /** How it is used, as far as can be seen. */
  Optional<String> occupation();

  /** A file that is made for the system. */
  record NewFile(Path path, Bytes size) implements TargetDisk {
    @Override
    public int sectorBytes() {
      return FILE_SECTOR_BYTES;
    }

    @Override
    public Optional<String> occupation() {
      return Optional.empty();
    }
  }

  /** A file that is there already. */
  record ExistingFile(Path path, Bytes size) implements TargetDisk {
    @Override
    public int sectorBytes() {
      return FILE_SECTOR_BYTES;
    }

    @Override
    public Optional<String> occupation() {
      return DiskUsers.of(path);
    }
  }

  /** A whole block device. */
  record Device(Path path, BlockDevice device) implements TargetDisk {
    @Override
    public Bytes size() {
      return new Bytes(device.sizeBytes());
    }

    @Override
    public int sectorBytes() {
      return device.sectorBytes();
    }

    @Override
    public Optional<String> occupation() {
      return DiskUsers.of(device);
    }
  }

  /**
   * The disk at {@code path}.
   *
   * @param wantedSize for a file that does not exist yet
   * @throws UnusableDiskException if nothing can be installed there, as things are
   */
  static TargetDisk at(Path path, Optional<Bytes> wantedSize) {
    TargetDisk target = found(path.toAbsolutePath(), wantedSize);
    Bytes smallest = new Bytes(PartitionPlan.smallestDisk(target.sectorBytes()));
    if (target.size().compareTo(smallest) < 0) {
      throw UnusableDiskException.tooSmall(target.path(), target.size(), smallest);
    }
    target
        .occupation()
        .ifPresent(
            how -> {
              throw UnusableDiskException.inUse(target.path(), how);
            });
    return target;
  }

  private static TargetDisk found(Path path, Optional<Bytes> wantedSize) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return newFile(path, wantedSize.orElse(USUAL_SIZE));
    }
    TargetDisk existing = existing(path);
    if (wantedSize.isPresent()) {
      throw UnusableDiskException.hasSize(path);
    }
    return existing;
  }

  private static TargetDisk newFile(Path path, Bytes size) {
    if (path.startsWith("/dev")) { // a file of that name would fill up memory
      throw UnusableDiskException.noDevice(path);
    }
    Path directory = path.resolveSibling("");
    if (!Files.isDirectory(directory)) {
      throw UnusableDiskException.noDirectory(directory, path);
    }
    return new NewFile(path, new Bytes(size.count() / BLOCK_BYTES * BLOCK_BYTES));
  }

  private static TargetDisk existing(Path path) {
    if (Files.isRegularFile(path)) {
      try {
        return new ExistingFile(
            path.toRealPath(), new Bytes(Files.size(path) / BLOCK_BYTES * BLOCK_BYTES));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot look at %s".formatted(path), e);
      }
    }
    BlockDevice device = BlockDevice.of(path).orElseThrow(() -> UnusableDiskException.noDisk(path));
    device
        .whole()
        .ifPresent(
            whole -> {
              throw UnusableDiskException.partition(path, whole);
            });
    if (device.isReadOnly()) {
      throw UnusableDiskException.readOnly(path);
    }
    return new Device(path, device);
  }
}
