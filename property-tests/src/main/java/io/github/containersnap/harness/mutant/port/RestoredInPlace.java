package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.FilesDecorator;
import java.nio.file.Path;

/** A file is deleted before the image's version takes its place. */
public final class RestoredInPlace extends FilesDecorator {
  private final SystemFiles real;

  /** The port with this fault. */
  public RestoredInPlace(SystemFiles real) {
    super(real);
    this.real = real;
  }

  @Override
  public void exchange(Path one, Path other) {
    if (one.endsWith(DeploymentLayout.ETC_RESTORATION)) {
      real.deleteTree(other);
      real.rename(one, other);
    } else {
      real.exchange(one, other);
    }
  }
}
