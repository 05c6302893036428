package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.harness.world.WorldFault;

/** What strikes a command in a test that strikes it at every call. */
enum Struck {
  POWER_CUT,
  POWER_CUT_AFTER_A_COMMIT,
  KILL,
  ERROR,
  DISK_FAILS,
  DISK_FILLS;

  WorldFault fault() {
    return switch (this) {
      case POWER_CUT -> new WorldFault.PowerCut(false);
      case POWER_CUT_AFTER_A_COMMIT -> new WorldFault.PowerCut(true);
      case KILL -> new WorldFault.Kill();
      case ERROR -> new WorldFault.InputOutputError();
      case DISK_FAILS -> new WorldFault.DiskFails();
      case DISK_FILLS -> new WorldFault.DiskFills(0, 0);
    };
  }
}
