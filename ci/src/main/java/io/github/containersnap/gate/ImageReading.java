package io.github.containersnap.gate;

import io.github.containersnap.engine.BootableCheck;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.UnbootableImageException;
import io.github.containersnap.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.oci.HostileLayerException;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.vm.images.OciImage;

/** Reads an image whole, from its own archives, and refuses what could not be an update. */
record ImageReading(OciImage image) {

  /**
   * What the image holds.
   *
   * @throws UnusableInputException if it cannot be used; the message calls it what the person does
   */
  Candidate candidate() {
    try {
      var opened = OciLayout.open(image.layoutDirectory()).image(image.tag());
      Candidate candidate = new Candidate(image.reference(), opened.imageId(), opened.tree());
      BootableCheck.require(new ImageId(candidate.imageId()), candidate.tree());
      return candidate;
    } catch (UnusableImageException e) {
      // The layout is the gate's own copy: its path means nothing to whoever named the image.
      throw new UnusableInputException(
          image.description() + withoutSubject(e, "The image layout " + e.layout()));
    } catch (HostileLayerException e) {
      throw new UnusableInputException(
          "%s cannot be used: %s".formatted(image.description(), e.getMessage()));
    } catch (UnbootableImageException e) {
      throw new UnusableInputException("%s: %s".formatted(image.description(), e.getMessage()));
    }
  }

  private static String withoutSubject(Exception failure, String subject) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith(subject) ? message.substring(subject.length()) : ": " + message;
  }
}
