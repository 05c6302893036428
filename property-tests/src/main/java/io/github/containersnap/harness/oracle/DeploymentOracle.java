package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.oracle.reading.BootLoaderView;
import io.github.containersnap.harness.oracle.reading.KernelView;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.oracle.reading.WalkedSubvolumes;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.nio.file.Path;
import java.util.Optional;

/** Judges crash states of container-snap's own layout, down to the last subvolume. */
public final class DeploymentOracle implements StateOracle {
  private final StateCopies copies;
  private final DeploymentExpectations expectations;
  private final Updater updater;
  private final String newReference;
  private final SharedFindings shared;

  /** An oracle for the states of an update by deployments. */
  public DeploymentOracle(
      StateCopies copies,
      DeploymentExpectations expectations,
      Updater updater,
      String newReference,
      SharedFindings shared) {
    this.copies = copies;
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.shared = shared;
  }

  @Override
  public QuickView glance(Path state) {
    return copies.of(state, this::firstSight);
  }

  private QuickView firstSight(LoopDevice loop) {
    return copies.firstSight(loop, new BootLoaderView(loop.device()).menu(), KernelView::menu);
  }

  @Override
  public Observation examine(Path state, Optional<FilesystemView> walked) {
    boolean newerCopy = copies.hasNewerCopy(state);
    return copies.of(
        state,
        loop -> {
          QuickView sight = firstSight(loop);
          DeploymentExamination examination =
              new DeploymentExamination(
                  loop.device(),
                  copies.geometry().filesystemUuid(),
                  expectations,
                  updater,
                  newReference,
                  sight,
                  newerCopy,
                  shared,
                  WalkedSubvolumes.of(walked));
          examination.bootLoader();
          if (sight.obstacle().isEmpty()) {
            copies.mounted(loop, examination::recovery);
            examination.oneTruthAfterRecovery();
            examination.filesystem();
            copies.mounted(loop, examination::updateAgain);
          }
          return examination.observation();
        });
  }
}
