package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.updater.NamedBoot;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.tree.TreeManifest;
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
    return root(top, boot(top)).resolve("etc");
  }

  @Override
  public LivedInMachine.Subvolumes subvolumes() {
    return LivedInMachine.Subvolumes.OF_THE_DISK;
  }

  @Override
  public SystemExpectations expect(
      Path top, LivedInMachine machine, Candidate oldImage, Candidate newImage, Runnable update) {
    TreeManifest oldTree = content(top);
    update.run();
    TreeManifest newTree = content(top);
    if (newTree.equals(oldTree)) {
      throw new UnusablePairException(
          "The updater reports success, but what boots next is what it was before.");
    }
    return new RootExpectations(oldTree, newTree, machine.ownDirectoryInVar(), updater.settings());
  }

  private TreeManifest content(Path top) {
    NamedBoot boot = boot(top);
    Path _ = root(top, boot);
    boot.kernel().ifPresent(kernel -> requireFile(top, kernel, "kernel"));
    boot.initrd().ifPresent(initrd -> requireFile(top, initrd, "initrd"));
    return BootContent.of(top, boot).in(top, updater.settings().ignores());
  }

  private NamedBoot boot(Path top) {
    return updater
        .nextBoot(top)
        .orElseThrow(
            () ->
                new UnusablePairException(
                    "The updater reports success, but names no root that boots next."));
  }

  private static Path root(Path top, NamedBoot boot) {
    Path root = top.resolve(boot.root());
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw new UnusablePairException(
          "The updater reports success, but the root that it names, /%s, is not a directory."
              .formatted(boot.root()));
    }
    return root;
  }

  private static void requireFile(Path top, String path, String what) {
    if (!Files.isRegularFile(top.resolve(path))) {
      throw new UnusablePairException(
          "The updater reports success, but the %s that it names, /%s, is not a file."
              .formatted(what, path));
    }
  }
}
