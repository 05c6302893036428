package io.github.containersnap.base;

import java.io.IOException;

/** What should have been JSON is not. */
public final class UnreadableJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableJsonException(IOException cause) {
    super(JsonFault.inWords(cause), cause);
  }
}
