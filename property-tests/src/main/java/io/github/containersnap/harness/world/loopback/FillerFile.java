package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of somebody else's that take up a disk: room that is set aside and never written, which is
 * as much taken and costs nothing.
 *
 * @param top where the disk is mounted
 */
record FillerFile(Path top) {
  private static final long BLOCK = 4096;
  private static final int MOST_ROUNDS = 40;

  /** Takes up data until no more than {@code rest} bytes of it are free, and commits. */
  void fill(long rest) {
    try {
      Path directory = Files.createDirectories(top.resolve(MountedDiskReader.FILLING));
      BtrfsProgs btrfs = new BtrfsProgs();
      btrfs.commit(top);
      long piece = Long.MAX_VALUE;
      for (int i = 0; i < MOST_ROUNDS; i++) {
        long wanted = Math.min(piece, btrfs.space(top).data().count() - rest) / BLOCK * BLOCK;
        if (wanted < BLOCK) {
          break;
        }
        boolean taken =
            ExternalCommand.of("fallocate", "-l", wanted, Files.createTempFile(directory, "f", ""))
                .runAnyStatus()
                .succeeded();
        piece = taken ? Long.MAX_VALUE : wanted / 2; // one piece of that size is not free any more
        btrfs.commit(top);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot fill the disk at " + top, e);
    }
  }

  /** Takes it away. */
  void remove() {
    ExternalCommand.of("rm", "-rf", top.resolve(MountedDiskReader.FILLING)).run();
    new BtrfsProgs().commit(top);
  }
}
