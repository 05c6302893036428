package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;

/**
 * What a deployment says that it was made from.
 *
 * @param imageId the image, in hexadecimal digits
 * @param reference where it came from, as the updater was told
 */
public record ImageOrigin(String imageId, String reference) {
  /** The first deployment of that image. */
  DeploymentId pristine() {
    return DeploymentId.pristine(new ImageId(imageId));
  }
}
