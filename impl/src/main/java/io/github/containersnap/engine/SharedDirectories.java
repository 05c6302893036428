package io.github.containersnap.engine;

import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.tree.Kind;
import java.nio.file.Path;

/**
 * The directories that, like /var, belong to the machine and not to a deployment: under a read-only
 * root nobody could write to them. Each is a subvolume of the top level, which the boot menu mounts
 * over every deployment that has such a directory.
 */
final class SharedDirectories {
  private final Ports ports;
  private final DeploymentLayout layout;

  SharedDirectories(Ports ports, DeploymentLayout layout) {
    this.ports = ports;
    this.layout = layout;
  }

  /**
   * Makes the missing ones as {@code image} has them, with its modes and its files, the first time
   * that an image has them at all. They stay when the update fails later: what is in them is no
   * part of a deployment.
   */
  void beginWith(ImageStore.Proven image) {
    for (String name : DeploymentLayout.SHARED_DIRECTORIES) {
      boolean offered =
          image.tree().get(name).filter(entry -> entry.kind() == Kind.DIRECTORY).isPresent();
      if (offered && !ports.files().exists(layout.shared(name))) {
        make(layout.shared(name), image.directory().resolve(name));
      }
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
}
