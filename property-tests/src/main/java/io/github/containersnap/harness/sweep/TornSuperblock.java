package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.List;

/**
 * Says whose fault it is that a superblock of btrfs tore: the disk's, which btrfs trusts to write
 * 4,096 bytes wholly or not at all (DESIGN, fact 12). No updater can do anything about it.
 */
final class TornSuperblock {
  private final WriteLog log;
  private final List<Long> superblocks;

  TornSuperblock(WriteLog log, SystemDisk disk) {
    this.log = log;
    this.superblocks =
        disk.filesystem().isBtrfs()
            ? BtrfsReader.superblocks(disk.systemOffset(), disk.systemSize())
            : List.of();
  }

  /** The same violations, in words that name the disk if it tore a superblock in this state. */
  List<Violation> explain(CrashState state, List<Violation> violations) {
    if (!(state instanceof CrashState.Torn torn) || !toreOne(torn)) {
      return violations;
    }
    return violations.stream()
        .map(
            violation ->
                new Violation(
                    violation.property(),
                    "the disk, not the updater: it tore the superblock of btrfs at %d bytes, and %s"
                        .formatted(torn.unitBytes(), violation.text())))
        .toList();
  }

  private boolean toreOne(CrashState.Torn torn) {
    return log.entries().get(torn.write()) instanceof LogEntry.Write write
        && superblocks.stream()
            .anyMatch(
                superblock -> {
                  long start = superblock - write.offset();
                  boolean within = start >= 0 && start < write.length();
                  // A tear between two whole superblocks tears none; their start is a block's.
                  return within && torn.unitBytes() < 4096;
                });
  }
}
