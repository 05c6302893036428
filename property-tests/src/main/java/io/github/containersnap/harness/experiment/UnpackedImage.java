package io.github.containersnap.harness.experiment;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Path;

/**
 * Lays out the files of an image as an ordinary system. They come from a deployment on a disk of
 * its own, and are held against the image's layers: what the engine makes of them has no say.
 *
 * @param sound unpacks images
 */
record UnpackedImage(ExperimentDisks disks, Updater sound) {
  /**
   * Lays them out.
   *
   * @param root an empty subvolume
   * @param diskSize the size of a disk that the image fits on
   * @throws UnusablePairException if the image cannot be unpacked
   */
  void onto(Path root, Candidate image, long diskSize) {
    SystemDisk source = disks.create("unpacked.img", diskSize);
    disks.onMounted(
        source,
        "unpacked",
        top -> {
          Updater.Result installed = sound.install(top, image.reference());
          if (!installed.succeeded()) {
            throw new UnusablePairException(
                "Unpacking the old image failed: " + installed.account());
          }
          copy(new SealedRoot(new DeploymentLayout(top).deployment(id(image))), root);
          return root;
        });
    TreeManifest found = TreeScan.of(root).withoutAttributes(HostAttributes::contains);
    found.differencesFrom(image.tree()).stream()
        .findFirst()
        .ifPresent(
            difference -> {
              throw new UnusablePairException(
                  "The old image was not laid out as it is: /%s: %s"
                      .formatted(difference.path(), difference.what()));
            });
  }

  private static DeploymentId id(Candidate image) {
    return new ImageOrigin(image.imageId(), image.reference()).pristine();
  }

  /** The deployment's own /etc is another subvolume, which is left out. */
  private static void copy(SealedRoot deployment, Path root) {
    copy(deployment.root(), root);
    copy(deployment.imageEtc(), root.resolve("etc"));
    ExternalCommand.of("rm", "-r", root.resolve(SealedRoot.OWN_DIRECTORY)).run();
  }

  private static void copy(Path from, Path to) {
    ExternalCommand.of("cp", "--archive", "--one-file-system", from + "/.", to).run();
  }
}
