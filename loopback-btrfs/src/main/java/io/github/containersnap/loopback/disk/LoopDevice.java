package io.github.containersnap.loopback.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Part of a file as a block device of its own. Buffered: a loop device with direct I/O over a FUSE
 * export cannot be mounted (DESIGN, fact 9).
 */
public final class LoopDevice implements AutoCloseable {
  private static final Duration FREE_DEVICE_WAIT = Duration.ofSeconds(5);
  private static final Duration RELEASE_WAIT = Duration.ofSeconds(10);

  private final LoopBinding binding;
  private boolean closed;

  private LoopDevice(LoopBinding binding) {
    this.binding = binding;
  }

  /**
   * Binds a free loop device.
   *
   * @param file the backing file
   * @param offset where in the file the device begins, in bytes
   * @param size how many bytes the device has
   * @throws CommandFailedException if there is no free device for some seconds, or the file cannot
   *     be used
   */
  public static LoopDevice attach(Path file, long offset, long size) {
    Path backing = real(file);
    ExternalCommand losetup =
        ExternalCommand.of(
            "losetup",
            "--find",
            "--show",
            "--direct-io=off",
            "--offset",
            offset,
            "--sizelimit",
            size,
            backing);
    // Another process may take the device that losetup found free; losetup then fails.
    CommandOutput[] last = new CommandOutput[1];
    boolean bound =
        Waiting.until(
            FREE_DEVICE_WAIT,
            () -> {
              last[0] = losetup.runAnyStatus();
              return last[0].succeeded();
            });
    Path device = Path.of(bound ? last[0].text() : losetup.run().text());
    return new LoopDevice(new LoopBinding(device, backing, offset));
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot attach " + file + " to a loop device", e);
    }
  }

  /** The device node. */
  public Path device() {
    return binding.device();
  }

  /**
   * Unbinds the device. Until that is done, its file must not become anything else: a filesystem
   * that is still mounted somewhere keeps writing to it.
   *
   * @throws IllegalStateException if it is still in use after 10 seconds; it names by whom. The
   *     kernel unbinds it when its last user is gone
   */
  @Override
  public void close() {
    if (closed || !isBound()) {
      closed = true;
      return;
    }
    CommandOutput output = ExternalCommand.of("losetup", "--detach", device()).runAnyStatus();
    if (!Waiting.until(RELEASE_WAIT, () -> !isBound())) {
      throw new IllegalStateException(
          "%s is still bound to %s; in use by %s. losetup said: %s"
              .formatted(
                  device(),
                  binding.file(),
                  OpenFiles.holding(device()),
                  output.standardError().strip()));
    }
    closed = true;
  }

  private boolean isBound() {
    return Files.exists(device()) && LoopBinding.of(device()).equals(Optional.of(binding));
  }
}
