package io.github.containersnap.worlds;

import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.simulation.Firmware;

/** Starts a machine from its disk for real. */
interface RealBoot {
  /**
   * Switches a machine with this disk on, and its power off as soon as it is up or has failed. It
   * writes to the disk: GRUB its count of boots, the kernel what a mount writes.
   *
   * @throws IllegalStateException if it cannot be told what became of it
   */
  Firmware.Attempt start(SystemDisk disk);
}
