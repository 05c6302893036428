package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.DeploymentTree;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The trees of deployments that a sweep has read, by the fingerprints of their subvolumes: one that
 * nothing has changed is read once, not in each class of states. Safe for all workers at once.
 */
public final class KnownDeployments {
  private final Map<String, DeploymentTree> trees = new ConcurrentHashMap<>();

  /** Reads deployments of one mounted disk. */
  @FunctionalInterface
  public interface Reader {
    /** What a deployment holds. */
    DeploymentTree read(DeploymentId id);
  }

  /**
   * A reader of one mounted disk.
   *
   * @param top where its top level is mounted
   * @param subvolumes those of the disk, as they are now
   */
  public Reader on(Path top, WalkedSubvolumes.Mounted subvolumes) {
    return id ->
        subvolumes
            .fingerprintOfTree(DeploymentLayout.fromTopLevel(id))
            .map(known -> trees.computeIfAbsent(known, _ -> DeploymentTree.read(top, id)))
            .orElseGet(() -> DeploymentTree.read(top, id));
  }
}
