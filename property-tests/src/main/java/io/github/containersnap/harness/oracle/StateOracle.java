package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/** Judges crash states, one at a time; the state itself stays as it is. */
public sealed interface StateOracle permits DeploymentOracle, RootOracle, TransitionOracle {
  /** What boot loader and kernel see in it at a first look. */
  QuickView glance(Path state);

  /**
   * Everything: the boot, the trees, the filesystem, recovery, the update again.
   *
   * @param walked what a walk has found in this state; empty if every part of it is to be read
   */
  Observation examine(Path state, Optional<FilesystemView> walked);

  /**
   * Does each repair that the updater names, each on a copy of its own.
   *
   * @return how each went, by its name; nothing of an updater that settles all by itself
   */
  default SortedMap<String, TriedRepair> repairs(Path state) {
    return Collections.emptySortedMap();
  }
}
