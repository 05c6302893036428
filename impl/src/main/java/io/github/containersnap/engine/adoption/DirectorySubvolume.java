package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.DeepSnapshot;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/**
 * Makes a subvolume of a directory of another subvolume, with all that it holds to the last
 * attribute: a snapshot, of which everything else is deleted. Nothing is copied, so files that are
 * not to be copied on write, hard links, holes and times stay what they are.
 *
 * <p>A crash leaves a part of that; so the target is always a draft.
 */
final class DirectorySubvolume {
  private final Btrfs btrfs;
  private final SystemFiles files;

  DirectorySubvolume(Ports ports) {
    this.btrfs = ports.btrfs();
    this.files = ports.files();
  }

  /**
   * Makes it.
   *
   * @param frozen a snapshot of {@code source} that nothing writes to; it lacks nested subvolumes
   * @param source where the subvolumes nested in the directory are
   * @param name the directory, directly below both
   * @param target must not exist
   */
  void make(Path frozen, Path source, String name, Path target) {
    Path directory = source.resolve(name);
    DeepSnapshot snapshots = new DeepSnapshot(btrfs, files);
    if (btrfs.isSubvolume(directory)) {
      snapshots.make(directory, target);
      return;
    }
    btrfs.snapshot(frozen, target);
    files.keepOnly(target, name);
    for (Path nested : btrfs.nested(source)) {
      if (nested.startsWith(directory)) {
        snapshots.makeNested(nested, target.resolve(directory.relativize(nested)));
      }
    }
  }
}
