package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Starts the system on a disk: by the simulated firmware, and, if there is a {@link RealBoot}, by a
 * virtual machine with which the simulated firmware has to agree.
 */
final class LoopbackBoot {
  private final Optional<RealBoot> real;
  private final Path mountPoint;
  private final FirmwareModel firmware;
  private Optional<FirmwareModel.Attempt> started = Optional.empty();

  /**
   * Starts nothing yet.
   *
   * @param mountPoint where the disk is mounted while the boot loader looks at it
   */
  LoopbackBoot(Optional<RealBoot> real, Path mountPoint, FirmwareModel firmware) {
    this.real = real;
    this.mountPoint = mountPoint;
    this.firmware = firmware;
  }

  FirmwareModel firmware() {
    return firmware;
  }

  /** GRUB does not replay the log tree (DESIGN fact 3). */
  void powerOn(SystemDisk disk) {
    lookAsTheBootLoader(disk);
    // On the disk as the power left it: to look at it any other way replays its log tree.
    started = real.map(it -> it.start(disk));
  }

  private void lookAsTheBootLoader(SystemDisk disk) {
    try (LoopDevice loop = disk.attachSystem();
        Mount mount =
            Mount.of(loop.device(), mountPoint, "ro,rescue=nologreplay," + DiskSession.TOP_LEVEL)) {
      firmware.powerOn(MountedDiskReader.of(mount.directory()));
    }
  }

  /**
   * Starts the system.
   *
   * @param atRest the disk, unmounted; asked for only to start once more without a power cut
   */
  FirmwareModel.Attempt start(Supplier<SystemDisk> atRest) {
    return real.map(it -> startedForReal(it, atRest)).orElseGet(firmware::start);
  }

  /** What a real machine does; the simulated firmware must do the same. */
  private FirmwareModel.Attempt startedForReal(RealBoot realBoot, Supplier<SystemDisk> atRest) {
    FirmwareModel.Attempt attempt = started.orElseGet(() -> realBoot.start(atRest.get()));
    started = Optional.empty();
    FirmwareModel.Attempt simulated = firmware.start();
    if (!(attempt instanceof FirmwareModel.Attempt.Mixed) && !alike(attempt, simulated)) {
      throw new IllegalStateException(
          "the machine starts otherwise than the simulated firmware: %s, not %s"
              .formatted(attempt, simulated));
    }
    return attempt;
  }

  /** Why a kernel panics, or a boot loader is stuck, is told in other words. */
  private static boolean alike(FirmwareModel.Attempt real, FirmwareModel.Attempt simulated) {
    return real instanceof FirmwareModel.Attempt.Up
        ? real.equals(simulated)
        : real.getClass().equals(simulated.getClass()) && real.counted() == simulated.counted();
  }
}
