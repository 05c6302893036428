package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.FilesDecorator;
import java.nio.file.Path;

/** What the journal says is never forgotten. */
public final class JournalNeverCleared extends FilesDecorator {
  private final DeploymentLayout layout;

  /** The port {@code real} with this fault. */
  public JournalNeverCleared(SystemFiles real, DeploymentLayout layout) {
    super(real);
    this.layout = layout;
  }

  @Override
  public void deleteDurably(Path file) {
    if (!file.startsWith(layout.journal())) {
      super.deleteDurably(file);
    }
  }
}
