package io.github.containersnap.experiment;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.SealedRoot;
import io.github.containersnap.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.tree.TreeDifference;
import java.nio.file.Path;
import java.util.List;

/** Reads container-snap's deployments, and requires them to be what their images hold. */
public record DeploymentReading() implements SystemReading {
  @Override
  public Path etc(Path top, Candidate installed) {
    return new SealedRoot(new DeploymentLayout(top).deployment(id(installed))).etc();
  }

  @Override
  public Expectations expect(Path top, Candidate oldImage, Candidate newImage, Runnable update) {
    update.run();
    DeploymentTree oldTree = DeploymentTree.read(top, id(oldImage));
    DeploymentTree newTree = DeploymentTree.read(top, id(newImage));
    requireImage(oldTree, oldImage);
    requireImage(newTree, newImage);
    return new DeploymentExpectations(
        id(oldImage),
        id(newImage),
        oldTree,
        newTree,
        LocalChanges.inVar(top),
        SystemUnderTest.subvolumes(top));
  }

  private static DeploymentId id(Candidate image) {
    return new DeploymentId(new ImageId(image.imageId()), 0);
  }

  /** The deployment holds what the image's own archives say, read here without the store. */
  private static void requireImage(DeploymentTree deployment, Candidate image) {
    List<TreeDifference> differences =
        deployment
            .sealed()
            .without(path -> path.startsWith(SealedRoot.OWN_DIRECTORY))
            .differencesFrom(
                image.tree().without(path -> path.equals("etc") || path.startsWith("etc/")));
    if (!differences.isEmpty()) {
      throw new UnusablePairException(
          "The deployment of %s differs from the image in %d places even when nothing interrupts the update; first: /%s: %s."
              .formatted(
                  image.reference(),
                  differences.size(),
                  differences.getFirst().path(),
                  differences.getFirst().what()));
    }
  }
}
