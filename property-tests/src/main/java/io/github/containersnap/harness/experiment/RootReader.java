package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Reads the root that boots next, whatever an updater has made of the image in it: it may lay an
 * initrd of its own, as long as it lays the same each time.
 *
 * @param updater names the root
 */
public record RootReader(Updater updater) implements SystemReader {
  @Override
  public Path etc(Path top, Candidate installed) {
    return root(top).resolve("etc");
  }

  @Override
  public LivedInMachine.Subvolumes subvolumes() {
    return LivedInMachine.Subvolumes.OF_THE_DISK;
  }

  @Override
  public SystemExpectations expect(
      Path top, LivedInMachine machine, Candidate oldImage, Candidate newImage, Runnable update) {
    TreeManifest oldTree = TreeScan.of(root(top));
    update.run();
    TreeManifest newTree = TreeScan.of(root(top));
    if (newTree.equals(oldTree)) {
      throw new UnusablePairException(
          "The updater reports success, but the root that boots next holds what it held before.");
    }
    return new RootExpectations(oldTree, newTree, machine.ownDirectoryInVar());
  }

  private Path root(Path top) {
    Path root =
        top.resolve(
            updater
                .nextRoot(top)
                .orElseThrow(
                    () ->
                        new UnusablePairException(
                            "The updater reports success, but names no root that boots next.")));
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw new UnusablePairException(
          "The updater reports success, but the root that it names, /%s, is not a directory."
              .formatted(top.relativize(root)));
    }
    return root;
  }
}
