package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.tree.TreeManifest;
import java.util.Set;
import java.util.SortedMap;

/**
 * What the two systems of container-snap itself must look like: made from the images, the design
 * and what the harness did to the machine. No run of the engine has a say in it.
 *
 * @param oldImage the image of the old deployment
 * @param newImage the image of the new one
 * @param oldTree what the old one holds
 * @param newTree what the new one holds
 * @param data what must be in the subvolumes that deployments share, by name
 * @param ownSubvolumes those that the machine's owner made, from the top level
 */
public record DeploymentExpectations(
    ImageOrigin oldImage,
    ImageOrigin newImage,
    DeploymentTree oldTree,
    DeploymentTree newTree,
    SortedMap<String, TreeManifest> data,
    Set<String> ownSubvolumes)
    implements SystemExpectations {

  /** The deployment of that side. */
  public DeploymentId id(Side side) {
    return origin(side).pristine();
  }

  /** Its image. */
  public ImageOrigin origin(Side side) {
    return side == Side.OLD ? oldImage : newImage;
  }

  /** What it holds. */
  public DeploymentTree tree(Side side) {
    return side == Side.OLD ? oldTree : newTree;
  }
}
