package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.RootSight;
import io.github.containersnap.harness.oracle.reading.SharedContent;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.oracle.reading.WalkedSubvolumes;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.LoopDevice;
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
  private final boolean updatesAgain;
  private final Optional<SharedContent> shared;

  /**
   * An oracle for the states of a root that another updater has changed.
   *
   * @param updatesAgain whether the updater updates once more, after recovery
   * @param shared what the states of the log have in common, if that is known
   */
  public RootOracle(
      StateCopies copies,
      RootExpectations expectations,
      Updater updater,
      String newReference,
      boolean updatesAgain,
      Optional<SharedContent> shared) {
    this.copies = copies;
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.updatesAgain = updatesAgain;
    this.shared = shared;
  }

  @Override
  public QuickView glance(Path state) {
    return copies.of(state, loop -> firstSight(loop).quick());
  }

  private RootSight firstSight(LoopDevice loop) {
    return RootSight.of(copies.geometry().filesystem(), loop, copies.mountPoint(), updater);
  }

  @Override
  public Observation examine(Path state, WalkedSubvolumes walked) {
    RootExamination examination =
        copies.of(
            state,
            loop -> {
              RootExamination made = examination(loop);
              made.readers();
              if (made.canBeMounted()) {
                copies.mounted(loop, made::recovery);
                made.filesystem(loop.device());
                if (updatesAgain) {
                  copies.mounted(loop, made::updateAgain);
                }
              }
              return made;
            });
    if (examination.needsRepair()) {
      for (String repair : updater.repairs()) {
        copies.of(
            state,
            loop -> {
              copies.mounted(loop, top -> examination.repair(repair, top));
              return repair;
            });
      }
    }
    return examination.observation();
  }

  private RootExamination examination(LoopDevice loop) {
    return new RootExamination(
        expectations,
        updater,
        newReference,
        copies.geometry().filesystem(),
        shared,
        firstSight(loop));
  }
}
