package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.engine.model.DeploymentLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A disk as the kernel sees it, mounted. */
public final class KernelView {
  private KernelView() {}

  /**
   * The boot menu's text, or nothing if there is no such file.
   *
   * @param top where the top level of the btrfs is mounted
   */
  public static Optional<String> menu(Path top) {
    try {
      return Optional.of(Files.readString(new DeploymentLayout(top).bootMenu()).stripTrailing());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the boot menu", e);
    }
  }
}
