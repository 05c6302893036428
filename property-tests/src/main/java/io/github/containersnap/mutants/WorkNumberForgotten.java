package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/** The highest work number ever given is not noted: it is looked for among what is there. */
final class WorkNumberForgotten extends FilesDecorator {
  private final DeploymentLayout layout;

  WorkNumberForgotten(SystemFiles real, DeploymentLayout layout) {
    super(real);
    this.layout = layout;
  }

  @Override
  public void replaceDurably(Path file, String text) {
    if (!file.equals(layout.lastWorkNumber())) {
      super.replaceDurably(file, text);
    }
  }
}
