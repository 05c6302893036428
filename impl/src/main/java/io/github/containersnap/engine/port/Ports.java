package io.github.containersnap.engine.port;

import java.time.InstantSource;

/**
 * All that the engine needs of the outside.
 *
 * @param btrfs the filesystem
 * @param store the image store
 * @param bootloader what decides which deployment boots
 * @param files the files on the filesystem
 * @param lock keeps transactions apart
 * @param clock the time, for the ages of deployments
 */
public record Ports(
    Btrfs btrfs,
    ImageStore store,
    Bootloader bootloader,
    SystemFiles files,
    SystemLock lock,
    InstantSource clock) {

  /** The same with another filesystem. */
  public Ports with(Btrfs other) {
    return new Ports(other, store, bootloader, files, lock, clock);
  }

  /** The same with another store. */
  public Ports with(ImageStore other) {
    return new Ports(btrfs, other, bootloader, files, lock, clock);
  }

  /** The same with another boot loader. */
  public Ports with(Bootloader other) {
    return new Ports(btrfs, store, other, files, lock, clock);
  }

  /** The same with other files. */
  public Ports with(SystemFiles other) {
    return new Ports(btrfs, store, bootloader, other, lock, clock);
  }

  /** The same with another lock. */
  public Ports with(SystemLock other) {
    return new Ports(btrfs, store, bootloader, files, other, clock);
  }

  /** The same with another clock. */
  public Ports with(InstantSource other) {
    return new Ports(btrfs, store, bootloader, files, lock, other);
  }
}
