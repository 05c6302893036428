package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.loopback.disk.SystemDisk;

/** Starts a machine from its disk for real. */
public interface RealBoot {
  /**
   * Switches a machine with this disk on, and its power off as soon as it is up or has failed. It
   * writes to the disk: GRUB its count of boots, the kernel what a mount writes.
   *
   * @throws IllegalStateException if it cannot be told what became of it
   */
  FirmwareModel.Attempt start(SystemDisk disk);
}
