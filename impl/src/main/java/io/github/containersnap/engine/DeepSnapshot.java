package io.github.containersnap.engine;

import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/**
 * A snapshot of a subvolume with the subvolumes nested in it, at any depth.
 *
 * <p>btrfs leaves nested subvolumes out of a snapshot: an empty directory stands for each, and what
 * is in it is lost to the copy. A crash leaves a snapshot that lacks some of them, so the target is
 * always a draft that recovery removes.
 */
public final class DeepSnapshot {
  private final Btrfs btrfs;
  private final SystemFiles files;

  /** Makes snapshots on one filesystem. */
  public DeepSnapshot(Btrfs btrfs, SystemFiles files) {
    this.btrfs = btrfs;
    this.files = files;
  }

  /** Snapshots {@code source}; the copy is writable, each one nested in it is what it was. */
  public void make(Path source, Path target) {
    btrfs.snapshot(source, target);
    for (Path nested : btrfs.nested(source)) {
      makeNested(nested, target.resolve(source.relativize(nested)));
    }
  }

  /**
   * Snapshots a nested subvolume to its place in a copy, read-only if it is so itself.
   *
   * @param place the empty directory that stands for it in the copy
   */
  public void makeNested(Path nested, Path place) {
    files.deleteTree(place);
    make(nested, place);
    if (btrfs.isReadOnly(nested)) {
      btrfs.setReadOnly(place, true);
    }
  }
}
