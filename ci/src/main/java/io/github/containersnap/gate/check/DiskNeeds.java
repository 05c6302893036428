package io.github.containersnap.gate.check;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.gate.run.UnfitMachineException;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much room a check takes in the directory of its run, at most and by experience: the disk with
 * the old image; then copies that share what is equal with it. What differs is the new image's
 * part: in the rehearsal, in the recorded disk, in the log, in the crash image of each part of the
 * sweep, and in the copy in which each worker updates again.
 *
 * @param oldBytes the size of the old image's files
 * @param changedBytes the size of those files of the new image that the old one has not
 * @param jobs how many workers
 */
record DiskNeeds(long oldBytes, long changedBytes, int jobs) {
  private static final long MIB = 1 << 20;

  /**
   * Copies come and go, and btrfs spreads them over a whole chunk of its own, 1 GiB, before it uses
   * room again. The rest is an empty disk and what podman writes besides.
   */
  private static final long ALWAYS = 1024 * MIB + 128 * MIB;

  /** A part of the sweep writes the log into a disk of its own; there are four for a worker. */
  private static final int CRASH_IMAGES_A_JOB = 4;

  /** The metadata of a copy in which something was written. */
  private static final long A_COPY = 8 * MIB;

  static DiskNeeds of(Candidate oldImage, Candidate newImage, int jobs) {
    return new DiskNeeds(bytes(oldImage.tree()), changed(oldImage.tree(), newImage.tree()), jobs);
  }

  private static long bytes(TreeManifest tree) {
    return tree.entries().values().stream().mapToLong(TreeEntry::size).sum();
  }

  private static long changed(TreeManifest before, TreeManifest after) {
    return after.entries().entrySet().stream()
        .filter(
            file ->
                before
                    .get(file.getKey())
                    .filter(old -> old.contentDigest().equals(file.getValue().contentDigest()))
                    .isEmpty())
        .mapToLong(file -> file.getValue().size())
        .sum();
  }

  /** The room in bytes. */
  long bytes() {
    // The pulled layer, and its snapshots' metadata, and the archive in transit.
    long update = 2 * changedBytes + A_COPY;
    long copies = 3 + (long) jobs * (CRASH_IMAGES_A_JOB + 1);
    return ALWAYS + 2 * oldBytes + copies * update;
  }

  /**
   * Refuses before anything is written.
   *
   * @throws UnfitMachineException with the numbers
   */
  void requireRoomIn(Path directory) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace();
    if (free < bytes()) {
      throw new UnfitMachineException(
          "the check needs about %s in %s, which has %s free. Free some, or set CONTAINER_SNAP_CACHE to a directory with more room; fewer --jobs need less."
              .formatted(new Bytes(bytes()), directory, new Bytes(free)));
    }
  }
}
