package io.github.containersnap.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.containersnap.json.JsonFault;

/** What should have been JSON is not. */
final class UnreadableJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableJsonException(JsonProcessingException cause) {
    super(JsonFault.inWords(cause), cause);
  }
}
