package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;

/**
 * The directories that belong to the machine and not to a deployment: under a read-only root nobody
 * could write to them. Each is a subvolume of the top level, which the boot menu mounts over every
 * deployment that has such a directory.
 *
 * <p>What an image has in them reaches a machine at its installation, as an image's files reach an
 * empty container volume. An update never touches them.
 */
public final class SharedDirectories {
  /** Directories of /var that several packages share; others belong to one, and are kept whole. */
  private static final int LEVELS_SHARED = 2;

  private final Machine machine;
  private final Ports ports;
  private final DeploymentLayout layout;

  /** The directories that deployments of {@code machine} share. */
  public SharedDirectories(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.layout = machine.layout();
  }

  /**
   * Makes the missing ones as {@code image} has them, with its modes and its files, the first time
   * that an image has them at all. For the machine's first deployment it also fills those that are
   * empty, and gives /var what is missing there. They stay when the update fails later: what is in
   * them is no part of a deployment.
   */
  public void beginWith(ImageStore.Proven image) {
    boolean first = machine.byDefault().isEmpty();
    for (String name : DeploymentLayout.SHARED_DIRECTORIES) {
      if (offers(image, name) && !isMountedByOwner(name)) {
        if (first) {
          removeEmpty(layout.shared(name));
        }
        if (!ports.files().exists(layout.shared(name))) {
          make(layout.shared(name), image.directory().resolve(name));
        }
      }
    }
    if (first && offers(image, "var")) {
      seedVar(image.directory().resolve("var"));
    }
  }

  /** An adopted host keeps the /home that its fstab names, whatever that is called. */
  private boolean isMountedByOwner(String name) {
    return machine
        .current()
        .map(id -> Fstab.in(ports.files(), layout.deployment(id).resolve("etc")))
        .filter(fstab -> fstab.mounts("/" + name))
        .isPresent();
  }

  private static boolean offers(ImageStore.Proven image, String name) {
    return image.tree().get(name).filter(entry -> entry.kind() == FileKind.DIRECTORY).isPresent();
  }

  /** A crash after this leaves none, and the next attempt makes it from its image. */
  private void removeEmpty(Path shared) {
    if (ports.btrfs().isSubvolume(shared) && ports.files().names(shared).isEmpty()) {
      ports.btrfs().deleteSubvolume(shared);
    }
  }

  private void make(Path shared, Path example) {
    Path draft = layout.sharedDraft(shared);
    ports.btrfs().createSubvolume(draft);
    ports.files().copyTree(example, draft);
    // Crash until here: a draft, which recovery removes.
    ports.btrfs().commit(draft);
    // Without that commit a crash could leave the final name on files without content.
    ports.files().rename(draft, shared);
    // Crash from here on: the whole directory, under one name or the other.
  }

  /** The draft is a directory of @var itself: nothing is renamed from one subvolume to another. */
  private void seedVar(Path example) {
    Path draft = layout.sharedDraft(layout.var());
    ports.files().createDirectories(draft);
    ports.files().copyTree(example, draft);
    // Crash until here: a draft, which recovery removes.
    ports.btrfs().commit(draft);
    moveMissing(draft, layout.var(), LEVELS_SHARED);
    // Crash within it: each directory is there whole or not at all. No deployment boots yet, and
    // the next attempt brings the others.
    ports.files().deleteTree(draft);
  }

  /** What is there stays: a package's directory is never a mixture of the machine's and another. */
  private void moveMissing(Path from, Path to, int levels) {
    for (String name : ports.files().names(from)) {
      Path wanted = to.resolve(name);
      if (!ports.files().exists(wanted)) {
        ports.files().rename(from.resolve(name), wanted);
      } else if (levels > 1
          && ports.files().isDirectory(wanted)
          && ports.files().isDirectory(from.resolve(name))) {
        moveMissing(from.resolve(name), wanted, levels - 1);
      }
    }
  }
}
