package io.github.containersnap.mutants;

import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/** What the machine's owner put into /etc is not carried over. */
final class LocalChangesLost extends FilesDecorator {
  LocalChangesLost(SystemFiles real) {
    super(real);
  }

  @Override
  public void copyEntry(Path source, Path target) {}
}
