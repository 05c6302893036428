package io.github.containersnap.vm.machine;

/** What was waited for in a machine did not come. The message holds the console's last lines. */
public final class BootFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BootFailedException(String message) {
    super(message);
  }
}
