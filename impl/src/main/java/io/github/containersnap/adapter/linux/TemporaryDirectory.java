package io.github.containersnap.adapter.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory for temporary files, removed at the latest when a signal ends this process. */
public final class TemporaryDirectory implements AutoCloseable {
  /** What its name begins with. */
  public static final String PREFIX = "container-snap-";

  private final Path path;
  private final Thread atTheEnd;

  private TemporaryDirectory(Path path) {
    this.path = path;
    this.atTheEnd = Thread.ofPlatform().unstarted(this::removeFromUnderChildren);
    Runtime.getRuntime().addShutdownHook(atTheEnd);
  }

  /** Makes one in {@code room}, which only its owner may enter. */
  public static TemporaryDirectory in(Path room) {
    try {
      return new TemporaryDirectory(Files.createTempDirectory(room, PREFIX));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + room, e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** A child that still writes would put files back. */
  private void removeFromUnderChildren() {
    ProcessHandle.current()
        .descendants()
        .forEach(
            child -> {
              if (child.destroyForcibly()) {
                child.onExit().join();
              }
            });
    remove();
  }

  private void remove() {
    new LinuxFiles().deleteTree(path);
  }

  @Override
  public void close() {
    remove();
    try {
      var _ = Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException alreadyEnding) {
      // The hook runs, and finds nothing to remove.
    }
  }
}
