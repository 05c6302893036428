package io.github.containersnap.gate.check;

import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.ImagePair;
import java.time.Duration;

/**
 * An update that was recorded, and where its disks lie.
 *
 * @param pair the images
 * @param oldImage what is in the one before the update
 * @param newImage what is in the one after it
 * @param scratch the space with its disks, given back when this is closed
 * @param recording the update
 * @param took how long the recording took
 */
public record RecordedUpdate(
    ImagePair pair,
    Candidate oldImage,
    Candidate newImage,
    ScratchSpace scratch,
    Recording recording,
    Duration took)
    implements AutoCloseable {

  /**
   * The sweep over it.
   *
   * @param updater recovers and updates again
   * @param depth which states are examined in depth
   */
  CrashSweep sweep(UpdaterUnderTest updater, Workspace workspace, CrashSweep.Depth depth) {
    return new CrashSweep(recording, updater.in(workspace), workspace, scratch, depth);
  }

  @Override
  public void close() {
    scratch.close();
  }
}
