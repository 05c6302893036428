package io.github.containersnap.experiment;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Path;

/**
 * What a deployment holds.
 *
 * @param sealed its root, without /etc
 * @param etc its own /etc
 */
public record DeploymentTree(TreeManifest sealed, TreeManifest etc) {
  /** Reads the deployment {@code id} of the system mounted at {@code top}. */
  public static DeploymentTree read(Path top, DeploymentId id) {
    TreeManifest all = TreeScan.of(new DeploymentLayout(top).deployment(id));
    return new DeploymentTree(all.without(DeploymentTree::isEtc), all.subtree("etc"));
  }

  private static boolean isEtc(String path) {
    return path.equals("etc") || path.startsWith("etc/");
  }
}
