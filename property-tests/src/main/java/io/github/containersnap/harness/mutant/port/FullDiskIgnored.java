package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.FilesDecorator;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * That there is no room for a file is not told of: it then has what there was room for, or the text
 * that it had before.
 */
public final class FullDiskIgnored extends FilesDecorator {
  /** The port {@code real} with this fault. */
  public FullDiskIgnored(SystemFiles real) {
    super(real);
  }

  @Override
  public void write(Path file, String text) {
    ignoring(() -> super.write(file, text));
  }

  @Override
  public void write(Path file, byte[] content) {
    ignoring(() -> super.write(file, content));
  }

  @Override
  public void replaceDurably(Path file, String text) {
    ignoring(() -> super.replaceDurably(file, text));
  }

  private static void ignoring(Runnable write) {
    try {
      write.run();
    } catch (UncheckedIOException e) {
      if (!e.toString().contains("No space left on device")
          && !String.valueOf(e.getCause()).contains("No space left on device")) {
        throw e;
      }
    }
  }
}
