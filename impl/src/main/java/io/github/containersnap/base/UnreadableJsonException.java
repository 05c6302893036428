package io.github.containersnap.base;

import com.fasterxml.jackson.core.JsonProcessingException;

/** What should have been JSON is not. */
public final class UnreadableJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableJsonException(JsonProcessingException cause) {
    super(JsonFault.inWords(cause), cause);
  }
}
