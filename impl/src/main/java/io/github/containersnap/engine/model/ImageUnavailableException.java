package io.github.containersnap.engine.model;

import java.util.Optional;

/** The image cannot be fetched: not found, refused, cut off, or damaged on the way. */
public final class ImageUnavailableException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private static final String USUAL_ADVICE =
      "Check the reference and the connection, then update again; what arrived whole is not fetched"
          + " twice.";

  /** Getting {@code reference} failed with {@code cause}. */
  public ImageUnavailableException(ImageReference reference, Throwable cause) {
    this(reference, String.valueOf(cause.getMessage()), Optional.empty(), cause);
  }

  /**
   * Getting {@code reference} failed.
   *
   * @param why in a sentence
   * @param advice what to do about it, as a sentence, where more is known than usual
   */
  public ImageUnavailableException(
      ImageReference reference, String why, Optional<String> advice, Throwable cause) {
    super(
        "The image %s cannot be fetched: %s".formatted(reference, why),
        advice.orElse(USUAL_ADVICE) + " The running system is unchanged.",
        cause);
  }
}
