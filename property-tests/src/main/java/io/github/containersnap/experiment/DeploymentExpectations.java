package io.github.containersnap.experiment;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.properties.Side;
import io.github.containersnap.tree.TreeManifest;
import java.util.SortedSet;

/**
 * What the two systems of container-snap itself look like when nothing goes wrong: its deployments,
 * their own /etc, and no subvolume more than they need.
 *
 * @param oldId the old deployment
 * @param newId the new one
 * @param oldTree what the old one holds
 * @param newTree what the new one holds
 * @param var what the machine's owner keeps in /var
 * @param subvolumes the paths of all subvolumes after the update
 */
public record DeploymentExpectations(
    DeploymentId oldId,
    DeploymentId newId,
    DeploymentTree oldTree,
    DeploymentTree newTree,
    TreeManifest var,
    SortedSet<String> subvolumes)
    implements Expectations {

  /** The deployment of that side. */
  public DeploymentId id(Side side) {
    return side == Side.OLD ? oldId : newId;
  }

  /** What it holds. */
  public DeploymentTree tree(Side side) {
    return side == Side.OLD ? oldTree : newTree;
  }
}
