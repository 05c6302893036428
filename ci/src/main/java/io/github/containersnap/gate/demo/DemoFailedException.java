package io.github.containersnap.gate.demo;

/** The story took another turn than it was to. */
public final class DemoFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoFailedException(String turn) {
    super("The demonstration failed: " + turn + ".");
  }
}
