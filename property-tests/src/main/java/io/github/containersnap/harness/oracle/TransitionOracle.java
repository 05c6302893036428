package io.github.containersnap.harness.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.harness.experiment.TransitionExpectations;
import io.github.containersnap.harness.oracle.reading.DefaultSubvolumeReading;
import io.github.containersnap.harness.oracle.reading.GrubMenuReading;
import io.github.containersnap.harness.oracle.reading.HostGrubReading;
import io.github.containersnap.harness.oracle.reading.MenuReading;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.oracle.reading.WalkedSubvolumes;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Judges crash states of any transition of container-snap's own machines. */
public final class TransitionOracle implements StateOracle {
  private final StateCopies copies;
  private final TransitionExpectations expectations;
  private final Updater updater;
  private final SharedFindings shared;
  private final MenuReading menu;

  /** An oracle for the states of one transition. */
  public TransitionOracle(
      StateCopies copies,
      TransitionExpectations expectations,
      Updater updater,
      SharedFindings shared) {
    this.copies = copies;
    this.expectations = expectations;
    this.updater = updater;
    this.shared = shared;
    this.menu = menu(expectations, copies.geometry().filesystemUuid(), copies.mountPoint());
  }

  /**
   * How the boot loader of these machines knows what to start.
   *
   * @param mountPoint where the last commit may be mounted
   */
  static MenuReading menu(TransitionExpectations expectations, UUID filesystem, Path mountPoint) {
    return switch (expectations.bootLoader()) {
      case GRUB_BTRFS ->
          expectations.before().host().isPresent()
              ? new HostGrubReading(filesystem)
              : new GrubMenuReading(filesystem);
      case DEFAULT_SUBVOLUME -> new DefaultSubvolumeReading(filesystem, mountPoint);
    };
  }

  @Override
  public QuickView glance(Path state) {
    return copies.of(state, this::firstSight);
  }

  private QuickView firstSight(LoopDevice loop) {
    return copies.firstSight(loop, atLastCommit(loop), menu::mounted);
  }

  private Optional<String> atLastCommit(LoopDevice loop) {
    try {
      return menu.atLastCommit(loop);
    } catch (CommandFailedException cannotRead) {
      return Optional.empty(); // to the boot loader, there is nothing to start
    }
  }

  @Override
  public Observation examine(Path state, Optional<FilesystemView> walked) {
    boolean newerCopy = copies.hasNewerCopy(state);
    TransitionExamination examination =
        copies.of(
            state,
            loop -> {
              TransitionExamination first =
                  new TransitionExamination(
                      loop.device(),
                      copies.geometry().filesystemUuid(),
                      expectations,
                      updater,
                      menu,
                      firstSight(loop),
                      newerCopy,
                      shared,
                      WalkedSubvolumes.of(walked));
              first.bootLoader();
              if (first.canBeMounted()) {
                copies.mounted(loop, first::recovery);
                first.afterRecovery(menu.atLastCommit(loop));
                copies.mounted(loop, first::again);
              }
              return first;
            });
    if (examination.canBeMounted()) {
      copies.of(
          state,
          loop -> {
            copies.mounted(loop, examination::atOnce);
            return examination;
          });
    }
    return examination.observation();
  }
}
