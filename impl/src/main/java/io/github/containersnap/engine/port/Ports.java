package io.github.containersnap.engine.port;

/**
 * All that the engine needs of the outside.
 *
 * @param btrfs the filesystem
 * @param store the image store
 * @param bootloader what decides which deployment boots
 * @param files the files on the filesystem
 * @param lock keeps transactions apart
 */
public record Ports(
    Btrfs btrfs, ImageStore store, Bootloader bootloader, SystemFiles files, SystemLock lock) {

  /** The same with another filesystem. */
  public Ports with(Btrfs other) {
    return new Ports(other, store, bootloader, files, lock);
  }

  /** The same with another store. */
  public Ports with(ImageStore other) {
    return new Ports(btrfs, other, bootloader, files, lock);
  }

  /** The same with another boot loader. */
  public Ports with(Bootloader other) {
    return new Ports(btrfs, store, other, files, lock);
  }
}
