package io.github.containersnap.adapter;

import io.github.containersnap.engine.DeploymentId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the boot loader told this system's kernel, and with it the system.
 *
 * @param text as in {@code /proc/cmdline}
 */
record KernelCommandLine(String text) {
  /** Begins the word that names the default that the boot loader gave up on. */
  static final String INSTEAD_OF = "container-snap.instead-of=";

  private static final Path FILE = Path.of("/proc/cmdline");

  /** That of the running system. */
  static KernelCommandLine ofRunningSystem() {
    try {
      return new KernelCommandLine(Files.readString(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
  }

  /** The default that the boot loader gave up on, if it did. */
  Optional<DeploymentId> insteadOf() {
    return Arrays.stream(text.strip().split("\\s+", -1))
        .filter(word -> word.startsWith(INSTEAD_OF))
        .map(word -> word.substring(INSTEAD_OF.length()))
        .map(DeploymentId::read)
        .flatMap(Optional::stream)
        .findFirst();
  }
}
