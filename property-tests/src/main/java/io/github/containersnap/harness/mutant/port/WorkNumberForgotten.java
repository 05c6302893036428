package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.FilesDecorator;
import java.nio.file.Path;

/** The highest work number ever given is not noted: it is looked for among what is there. */
public final class WorkNumberForgotten extends FilesDecorator {
  private final DeploymentLayout layout;

  /** The port {@code real} with this fault. */
  public WorkNumberForgotten(SystemFiles real, DeploymentLayout layout) {
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
