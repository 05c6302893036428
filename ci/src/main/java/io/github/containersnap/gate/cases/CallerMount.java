package io.github.containersnap.gate.cases;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.Filesystem;
import java.nio.file.Path;

/**
 * A btrfs mounted where the gate's caller sees it: in the mount namespace of the parent process.
 * The gate itself has one of its own (see {@code ci/gate}).
 */
final class CallerMount implements AutoCloseable {
  private final Path directory;

  private CallerMount(Path directory) {
    this.directory = directory;
  }

  /** Mounts the top level of the btrfs on {@code device}. */
  static CallerMount of(Filesystem filesystem, Path device, Path directory) {
    Path real = directory.toAbsolutePath().normalize();
    inCallersNamespace()
        .with("mount", "-t", filesystem.type(), "-o", filesystem.mountOptions(), device, real)
        .run();
    return new CallerMount(real);
  }

  private static ExternalCommand inCallersNamespace() {
    long caller = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(1L);
    return ExternalCommand.of("nsenter", "--target", caller, "--mount", "--");
  }

  @Override
  public void close() {
    inCallersNamespace().with("umount", directory).run();
  }
}
