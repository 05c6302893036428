package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where updates of a machine come from, if an administrator has said so: a file of one line, the
 * reference of an image. It belongs to the machine and to no deployment: a rollback keeps it.
 */
public final class SourceSetting {
  private static final int LARGEST = 64 * 1024;

  private final SystemFiles files;
  private final Path file;

  /** The setting of the machine whose layout is {@code layout}. */
  public SourceSetting(SystemFiles files, DeploymentLayout layout) {
    this.files = files;
    this.file = layout.source();
  }

  /**
   * The setting; empty if there is none. Only reads.
   *
   * @throws DamagedStateException if the file is no reference of an image
   */
  public Optional<ImageReference> read() {
    try {
      return files.read(file, LARGEST).map(text -> new ImageReference(text.stripTrailing()));
    } catch (UnusableImageReferenceException damaged) {
      throw new DamagedStateException(
          file, "it names no image; `container-snap source REF` replaces it");
    }
  }

  /** Replaces the setting, in a single step of the filesystem; durable for the kernel. */
  public void replace(ImageReference reference) {
    files.replaceDurably(file, reference.text() + "\n");
  }

  /** Removes the setting, in a single step of the filesystem; durable for the kernel. */
  public void remove() {
    files.deleteDurably(file);
  }

  /** Removes what a crash within {@link #replace} has left beside it. */
  public void removeUnfinished() {
    Path unfinished = file.resolveSibling(file.getFileName() + SystemFiles.UNFINISHED);
    if (files.exists(unfinished)) {
      files.deleteTree(unfinished);
    }
  }
}
