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
      return text().map(text -> new ImageReference(text.stripTrailing()));
    } catch (UnusableImageReferenceException damaged) {
      throw new DamagedStateException(
          file, "it names no image; `container-snap source REF` replaces it");
    }
  }

  /** The file as it is, a damaged one too; empty if there is none. */
  public Optional<String> text() {
    return files.read(file, LARGEST);
  }

  /** The file that sets {@code reference}. */
  public static String textOf(ImageReference reference) {
    return reference.text() + "\n";
  }

  /**
   * Makes {@code text} the file, or removes the file if there is none, in a single step of the
   * filesystem; durable for the kernel.
   */
  public void replace(Optional<String> text) {
    text.ifPresentOrElse(it -> files.replaceDurably(file, it), () -> files.deleteDurably(file));
  }

  /** Removes what a crash within {@link #replace} has left beside it. */
  public void removeUnfinished() {
    SystemFiles.removeUnfinished(files, file);
  }
}
