package io.github.containersnap.harness.testkit;

import io.github.containersnap.engine.model.DeploymentId;
import java.nio.file.Path;

/**
 * An image of a few files that the engine takes for a system and that nothing boots.
 *
 * @param layout the OCI layout with this image alone
 * @param id the image id
 */
public record TinyImage(Path layout, String id) {
  /** The deployment of this image. */
  public DeploymentId deployment() {
    return DeploymentId.parse(id);
  }

  /** The image as the command line names it. */
  public String reference() {
    return "oci:" + layout;
  }
}
