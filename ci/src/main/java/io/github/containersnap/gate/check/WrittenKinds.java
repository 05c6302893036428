package io.github.containersnap.gate.check;

import io.github.containersnap.loopback.btrfs.WriteKind;
import io.github.containersnap.loopback.btrfs.WriteKinds;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.Map;

/** What the writes of a log are, by their places in it. */
public final class WrittenKinds {
  private WrittenKinds() {}

  /**
   * The kinds of the writes of a log.
   *
   * @param disk the disk before it
   */
  public static Map<Integer, WriteKind> of(SystemDisk disk, WriteLog log) {
    if (!disk.filesystem().isBtrfs()) {
      return Map.of(); // only of btrfs is it known what lies where
    }
    return new WriteKinds(disk.systemOffset(), disk.systemSize(), disk.filesystemUuid()).of(log);
  }
}
