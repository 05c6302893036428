package io.github.containersnap.harness.fault;

/** A machine is not as the updater promises that it is after a fault. */
public final class PropertyViolatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one sentence of what is wrong. */
  public PropertyViolatedException(String message) {
    super(message);
  }
}
