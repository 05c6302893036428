package io.github.containersnap.adapter;

/** What should have been JSON is not. */
final class UnreadableJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableJsonException(Exception cause) {
    super("not JSON: " + cause.getMessage(), cause);
  }
}
