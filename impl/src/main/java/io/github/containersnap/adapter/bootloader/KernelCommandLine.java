package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.DeploymentId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the boot loader told a system's kernel, and with it the system.
 *
 * @param text as in {@code /proc/cmdline}
 */
public record KernelCommandLine(String text) {
  /** Begins the word that names the deployment that the kernel is to run. */
  public static final String DEPLOYMENT = "container-snap.deployment=";

  /** Begins the word that names the default that the boot loader gave up on. */
  static final String INSTEAD_OF = "container-snap.instead-of=";

  private static final String ROOT_FLAGS = "rootflags=";
  private static final String SUBVOLUME = "subvol=";

  private static final Path FILE = Path.of("/proc/cmdline");

  /** That of the running system. */
  public static KernelCommandLine ofRunningSystem() {
    try {
      return new KernelCommandLine(Files.readString(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
  }

  /** The deployment that the kernel is to run; empty on a system that is none. */
  public Optional<DeploymentId> deployment() {
    return named(DEPLOYMENT);
  }

  /** The default that the boot loader gave up on, if it did. */
  public Optional<DeploymentId> insteadOf() {
    return named(INSTEAD_OF);
  }

  /** The subvolume that the kernel was told to mount as root, from the top level: {@code /PATH}. */
  public Optional<String> rootSubvolume() {
    return words()
        .filter(word -> word.startsWith(ROOT_FLAGS))
        .flatMap(word -> Arrays.stream(word.substring(ROOT_FLAGS.length()).split(",", -1)))
        .filter(option -> option.startsWith(SUBVOLUME))
        .map(option -> "/" + option.substring(SUBVOLUME.length()).replaceAll("^/+", ""))
        .reduce((earlier, later) -> later);
  }

  private Stream<String> words() {
    return Arrays.stream(text.strip().split("\\s+", -1));
  }

  private Optional<DeploymentId> named(String key) {
    return words()
        .filter(word -> word.startsWith(key))
        .map(word -> word.substring(key.length()))
        .map(DeploymentId::read)
        .flatMap(Optional::stream)
        .findFirst();
  }
}
