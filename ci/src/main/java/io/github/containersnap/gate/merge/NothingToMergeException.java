package io.github.containersnap.gate.merge;

/** None of the results is of a shard of the recording, so nothing says what was to be checked. */
public final class NothingToMergeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NothingToMergeException(String message) {
    super(message);
  }
}
