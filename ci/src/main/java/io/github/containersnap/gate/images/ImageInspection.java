package io.github.containersnap.gate.images;

import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.LivedInMachine;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.oci.OciImage.LayerBlob;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.vm.images.ImageInLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads an image whole, from its own archives, and refuses what could not be an update.
 *
 * @param image the image
 * @param room a directory in whose filesystem it would be unpacked
 */
public record ImageInspection(ImageInLayout image, Path room) {

  /**
   * What the image holds.
   *
   * @throws UnreadableImageException if it is not what its digests say
   * @throws UnusableInputException if it cannot be booted, or unpacked in {@code room}
   */
  public Candidate candidate() throws IOException {
    try {
      var opened = OciLayout.open(image.layoutDirectory()).image(image.tag());
      requireRoom(opened.layers());
      SmallFileContents contents = SmallFileContents.of(LivedInMachine.isText());
      Candidate candidate =
          new Candidate(image.reference(), opened.imageId(), opened.tree(contents), contents);
      BootableCheck.require(new ImageId(candidate.imageId()), candidate.tree());
      return candidate;
    } catch (UnusableImageException e) {
      throw new UnreadableImageException(image.description(), e);
    } catch (UnbootableImageException e) {
      throw new UnusableInputException("%s: %s".formatted(image.description(), e.getMessage()));
    }
  }

  private void requireRoom(List<LayerBlob> layers) throws IOException {
    long free = Files.getFileStore(room).getUsableSpace();
    long left = free;
    for (LayerBlob layer : layers) {
      left -= new UnpackedSize(image.layoutDirectory(), layer).upTo(left);
      if (left < 0) {
        throw new UnusableInputException(
            "%s cannot be used: its layers unpack to more than the %s that are free in %s (at layer %s)."
                .formatted(image.description(), new Bytes(free), room, layer.digest()));
      }
    }
  }
}
