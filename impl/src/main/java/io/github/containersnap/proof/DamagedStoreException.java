package io.github.containersnap.proof;

import java.io.IOException;

/** What in the store is missing, truncated or wrong, as a clause of a sentence. */
final class DamagedStoreException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedStoreException(String what) {
    super(what);
  }

  DamagedStoreException(String what, Exception cause) {
    super(what + ": " + reason(cause), cause);
  }

  /** What an exception says, or at least its name. */
  static String reason(Exception cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
