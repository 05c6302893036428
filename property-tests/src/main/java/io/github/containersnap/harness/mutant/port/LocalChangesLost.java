package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.FilesDecorator;
import java.nio.file.Path;

/** What the machine's owner put into /etc is not carried over. */
public final class LocalChangesLost extends FilesDecorator {
  /** The port {@code real} with this fault. */
  public LocalChangesLost(SystemFiles real) {
    super(real);
  }

  @Override
  public void copyEntry(Path source, Path target) {}
}
