package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.MountPoints;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * In what a deployment is not its image: every file, read from the disk, against what the digests
 * of the image's layers say. The deployment's own /etc belongs to the machine and is not looked at;
 * the copy of the image's /etc, which the next update merges against, is.
 *
 * <p>It changes no deployment. It takes the lock, since the store is proven first, and a proof
 * leaves records for the next one.
 *
 * @param deployment what was looked at
 * @param differences ordered by path; empty if it is its image
 */
public record Verification(DeploymentId deployment, List<TreeDifference> differences) {
  private static final String ETC = "etc";
  private static final String IMAGE_ETC = SealedRoot.OWN_DIRECTORY + "/" + ETC;

  public Verification {
    differences = List.copyOf(differences);
  }

  /**
   * Looks at a deployment.
   *
   * @param wanted the deployment; empty for the current one
   * @throws NotADeploymentException if there is no such deployment
   * @throws RefusedException if the store no longer holds its image
   * @throws UnprovenImageException if the store's copy is damaged itself
   */
  public static Verification of(Machine machine, Optional<DeploymentId> wanted) {
    return new Transaction(machine).proving(() -> whileLocked(machine, wanted));
  }

  private static Verification whileLocked(Machine machine, Optional<DeploymentId> wanted) {
    DeploymentId deployment =
        wanted.or(machine::current).orElseThrow(() -> NotADeploymentException.none("current"));
    TreeManifest right = whatItsImageHolds(machine, deployment);
    TreeManifest found = withoutAdditions(machine, deployment, right);
    return new Verification(
        deployment,
        Stream.concat(
                decidedByImage(found).differencesFrom(decidedByImage(right)).stream(),
                found.subtree(IMAGE_ETC).differencesFrom(right.subtree(ETC)).stream()
                    .map(Verification::belowImageEtc))
            .sorted(Comparator.comparing(TreeDifference::path))
            .toList());
  }

  private static TreeManifest whatItHolds(Machine machine, DeploymentId deployment) {
    return machine
        .ports()
        .files()
        .scan(machine.deployments().root(deployment).root())
        .withoutAttributes(HostAttributes::contains);
  }

  /** What an update adds to an image's root. */
  private static TreeManifest withoutAdditions(
      Machine machine, DeploymentId deployment, TreeManifest right) {
    TreeManifest found = whatItHolds(machine, deployment);
    Set<String> added =
        new HashSet<>(
            new MountPoints(machine.ports().files())
                .missing(right, machine.deployments().root(deployment)));
    if (TukitNeeds.addsSnapshots(right)) {
      added.add(TukitNeeds.SNAPSHOTS);
    }
    return found.without(added::contains);
  }

  private static TreeManifest whatItsImageHolds(Machine machine, DeploymentId deployment) {
    if (machine.deployments().adoptedFrom(deployment).isPresent()) {
      throw RefusedException.noImageBehind(deployment);
    }
    ImageStore store = machine.ports().store();
    if (store.list().stream().noneMatch(image -> image.id().equals(deployment.image()))) {
      throw RefusedException.imageGone(
          deployment, machine.deployments().record(deployment).reference());
    }
    return store.prove(deployment.image()).tree();
  }

  private static TreeManifest decidedByImage(TreeManifest tree) {
    return tree.without(Verification::isTheMachines);
  }

  private static TreeDifference belowImageEtc(TreeDifference difference) {
    return new TreeDifference(
        difference.path().isEmpty() ? IMAGE_ETC : IMAGE_ETC + "/" + difference.path(),
        difference.what());
  }

  /** What an image does not decide: the deployment's /etc, and what the engine adds. */
  private static boolean isTheMachines(String path) {
    return isAtOrBelow(ETC, path) || isAtOrBelow(SealedRoot.OWN_DIRECTORY, path);
  }

  private static boolean isAtOrBelow(String directory, String path) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }
}
