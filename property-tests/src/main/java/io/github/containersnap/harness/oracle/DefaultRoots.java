package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.experiment.SystemExpectations;
import io.github.containersnap.harness.experiment.TransitionExpectations;
import io.github.containersnap.harness.oracle.reading.GrubMenuReading;
import io.github.containersnap.harness.oracle.reading.MenuReading;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.view.BootPlan;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Says which root subvolume boots next by what a reader of the disk has read: the boot loader at
 * the last commit, or the kernel after a mount ({@link Observation#loader()}, {@link
 * Observation#kernel()}).
 *
 * @param expectations what the machines of the recording look like
 * @param filesystem the UUID of its btrfs
 */
public record DefaultRoots(SystemExpectations expectations, UUID filesystem) {

  /**
   * The root's path from the top level of the btrfs; empty if nothing boots.
   *
   * @param read a menu, or what the boot loader or the updater has instead of one
   */
  public Optional<String> of(Optional<String> read) {
    return switch (expectations) {
      case DeploymentExpectations _ -> first(new GrubMenuReading(filesystem), read);
      case RootExpectations _ -> read.map(BootContent::rootOf);
      case TransitionExpectations transition ->
          // Nothing is mounted to make a plan of what was read before.
          first(TransitionOracle.menu(transition, filesystem, Path.of("/nowhere")), read);
    };
  }

  private static Optional<String> first(MenuReading menu, Optional<String> read) {
    return menu.plan(read).at(1) instanceof BootPlan.Entry entry
        ? Optional.of(entry.subvolume())
        : Optional.empty();
  }
}
