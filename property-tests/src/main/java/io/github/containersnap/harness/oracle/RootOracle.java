package io.github.containersnap.harness.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.oracle.reading.LastCommitMount;
import io.github.containersnap.harness.oracle.reading.MountError;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.oracle.reading.WalkedSubvolumes;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Judges crash states of any updater by the root that it says boots next: asked of the filesystem
 * as a boot loader reads it, at its last commit, and as the kernel mounts it.
 */
public final class RootOracle implements StateOracle {
  private final StateCopies copies;
  private final RootExpectations expectations;
  private final Updater updater;
  private final String newReference;

  /** An oracle for the states of a root that another updater has changed. */
  public RootOracle(
      StateCopies copies, RootExpectations expectations, Updater updater, String newReference) {
    this.copies = copies;
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
  }

  @Override
  public QuickView glance(Path state) {
    return copies.of(state, this::firstSight);
  }

  private QuickView firstSight(LoopDevice loop) {
    return firstSight(loop, copies.mountPoint(), updater);
  }

  static QuickView firstSight(LoopDevice loop, Path at, Updater updater) {
    try {
      Optional<String> loaderRoot = LastCommitMount.on(loop, at, updater::nextRoot);
      try (Mount mount = Mount.of(loop.device(), at, StateCopies.MOUNT_OPTIONS)) {
        return new QuickView(loaderRoot, updater.nextRoot(mount.directory()), Optional.empty());
      }
    } catch (CommandFailedException cannotMount) {
      return new QuickView(
          Optional.empty(), Optional.empty(), Optional.of(MountError.inWords(cannotMount, at)));
    }
  }

  @Override
  public Observation examine(Path state, WalkedSubvolumes walked) {
    return copies.of(
        state,
        loop -> {
          QuickView sight = firstSight(loop);
          RootExamination examination =
              new RootExamination(expectations, updater, newReference, sight);
          examination.readers();
          if (sight.obstacle().isEmpty()) {
            copies.mounted(loop, examination::recovery);
            examination.filesystem(loop.device());
            copies.mounted(loop, examination::updateAgain);
          }
          return examination.observation();
        });
  }
}
