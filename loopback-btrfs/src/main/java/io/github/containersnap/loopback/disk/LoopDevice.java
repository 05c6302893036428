package io.github.containersnap.loopback.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.linux.KernelCallException;
import io.github.containersnap.linux.LoopDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
   * @throws UncheckedIOException if there is no free device for some seconds, or the file cannot be
   *     used
   */
  public static LoopDevice attach(Path file, long offset, long size) {
    Path backing = real(file);
    List<Path> bound = new ArrayList<>();
    KernelCallException[] refused = new KernelCallException[1];
    boolean _ =
        Waiting.until(
            FREE_DEVICE_WAIT,
            () -> {
              try {
                return bound.add(LoopDriver.attach(backing, offset, size));
              } catch (KernelCallException failure) {
                refused[0] = failure;
                return !failure.error().equals(LoopDriver.TAKEN);
              }
            });
    if (bound.isEmpty()) {
      throw new UncheckedIOException(
          "Cannot attach %s to a loop device".formatted(file), refused[0]);
    }
    return new LoopDevice(new LoopBinding(bound.getFirst(), backing, offset));
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
    String said = detach();
    if (!Waiting.until(RELEASE_WAIT, () -> !isBound())) {
      throw new IllegalStateException(
          "%s is still bound to %s; in use by %s. %s"
              .formatted(device(), binding.file(), OpenFiles.holding(device()), said));
    }
    closed = true;
  }

  /** Tells the kernel to unbind it, and returns what it answers. */
  private String detach() {
    try {
      LoopDriver.detach(device());
      return "The kernel means to unbind it.";
    } catch (KernelCallException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private boolean isBound() {
    return Files.exists(device()) && LoopBinding.of(device()).equals(Optional.of(binding));
  }
}
