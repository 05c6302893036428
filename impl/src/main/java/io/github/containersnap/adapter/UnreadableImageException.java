package io.github.containersnap.adapter;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.ImageReference;
import io.github.containersnap.engine.UpdateException;

/** An image that was only to be looked at could not be had. */
public final class UnreadableImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  UnreadableImageException(ImageReference reference, CommandFailedException cause) {
    this(reference, ToolMessage.of(cause), cause);
  }

  private UnreadableImageException(
      ImageReference reference, ToolMessage why, CommandFailedException cause) {
    super(
        "The image %s could not be read: %s".formatted(reference, why.sentence()),
        why.advice().orElse("Check the reference and the connection, then try again."),
        cause);
  }
}
