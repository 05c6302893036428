package io.github.containersnap.gate.check;

import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.loopback.disk.ScratchSpace;
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

  @Override
  public void close() {
    scratch.close();
  }
}
