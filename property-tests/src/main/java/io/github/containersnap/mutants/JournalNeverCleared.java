package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/** What the journal says is never forgotten. */
final class JournalNeverCleared extends FilesDecorator {
  private final DeploymentLayout layout;

  JournalNeverCleared(SystemFiles real, DeploymentLayout layout) {
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
