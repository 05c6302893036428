package io.github.containersnap.image;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UpdateException;

/** An image that cannot be read: it is not there, is damaged, or holds what podman refuses. */
public final class UnreadableImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private static final String LOCAL_ADVICE =
      "Check the path and the tag, or fetch the image again.";
  private static final String REMOTE_ADVICE =
      "Check the reference and the connection, then try again.";

  /** Reading {@code reference} failed, as podman or skopeo said. */
  public UnreadableImageException(ImageReference reference, CommandFailedException cause) {
    this(reference, ToolMessage.of(cause, reference), cause);
  }

  /**
   * Reading {@code reference} failed.
   *
   * @param why the end of the sentence, without its full stop
   */
  public UnreadableImageException(ImageReference reference, String why, Exception cause) {
    this(reference, new ToolMessage(why), cause);
  }

  private UnreadableImageException(ImageReference reference, ToolMessage why, Exception cause) {
    super(
        "The image %s could not be read: %s".formatted(reference, why.sentence()),
        why.advice().orElse(reference.isLocal() ? LOCAL_ADVICE : REMOTE_ADVICE),
        cause);
  }
}
