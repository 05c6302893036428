package io.github.containersnap.proof;

import java.util.Objects;

/**
 * What the store holds is what the image's digest says, and cannot be used. The store is sound:
 * pulling the image again would bring the same.
 */
public final class RefusedLayerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedLayerException(RefusedContentException why) {
    super(why.getMessage(), why);
  }

  /** Which layer, which entry of it, and what is wrong with that, as a clause of a sentence. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
