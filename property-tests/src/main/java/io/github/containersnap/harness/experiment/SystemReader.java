package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import java.nio.file.Path;

/** How the systems that an updater makes are read. */
public sealed interface SystemReader permits DeploymentReader, RootReader {
  /**
   * Where the /etc of the installed system lies.
   *
   * @param top where the top level of its btrfs is mounted
   * @param installed its image
   */
  Path etc(Path top, Candidate installed);

  /** Whether the machine may have subvolumes of its owner's own. */
  LivedInMachine.Subvolumes subvolumes();

  /**
   * What both systems must look like.
   *
   * @param top where the top level of a btrfs with the old system is mounted
   * @param machine what its owner did to it
   * @param update makes it the new one
   * @throws UnusablePairException if the update does not come about, or makes no other system
   */
  SystemExpectations expect(
      Path top, LivedInMachine machine, Candidate oldImage, Candidate newImage, Runnable update);
}
