package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directories that a machine's fstab(5) mounts something on and its image lacks, such as {@code
 * /boot/efi}. A read-only root takes no additions at boot, and a mount that fails stops the boot:
 * so a deployment gets them when it is made.
 */
public final class MountPoints {
  private static final TreeEntry OPEN_DIRECTORY = TreeEntry.ofRoot(FileKind.DIRECTORY, 0755);

  private final SystemFiles files;

  /** Mount points in trees that {@code files} reads and writes. */
  public MountPoints(SystemFiles files) {
    this.files = files;
  }

  /**
   * Gives {@code draft}, whose /etc has been merged, what is missing. A crash leaves the draft,
   * which recovery removes.
   */
  public void provide(ImageStore.Proven image, SealedRoot draft) {
    missing(image.tree(), draft)
        .forEach(
            path -> {
              Path directory = draft.root().resolve(path);
              files.createDirectories(directory);
              files.setAttributes(directory, OPEN_DIRECTORY);
            });
  }

  /**
   * What a deployment has beside its image's content by {@link #provide}, if its fstab is as it
   * was.
   *
   * @param image all that is in the image
   * @return paths relative to the root, each after those above it
   */
  public List<String> missing(TreeManifest image, SealedRoot deployment) {
    List<String> missing = new ArrayList<>();
    fstab(deployment).directoriesOfTheRoot().forEach(path -> addMissing(image, path, missing));
    return missing;
  }

  /**
   * What the image has on the way and is not a directory, such as a link, is for the image to say.
   */
  private static void addMissing(TreeManifest image, String path, List<String> missing) {
    for (int end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      String directory = end < 0 ? path : path.substring(0, end);
      Optional<TreeEntry> there = image.get(directory);
      if (there.filter(entry -> entry.kind() != FileKind.DIRECTORY).isPresent()) {
        return;
      }
      if (there.isEmpty() && !missing.contains(directory)) {
        missing.add(directory);
      }
      if (end < 0) {
        return;
      }
    }
  }

  /** No link is followed: it could lead out of the deployment. */
  private Fstab fstab(SealedRoot deployment) {
    return files.isDirectory(deployment.etc())
        ? Fstab.in(files, deployment.etc())
        : new Fstab(List.of());
  }
}
