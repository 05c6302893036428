package io.github.containersnap.engine.model;

/** The reference led to another image while it was pulled than when it was resolved. */
public final class ImageChangedException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** Resolved to {@code resolved}, but {@code pulled} came. */
  public ImageChangedException(ImageReference reference, ImageId resolved, ImageId pulled) {
    super(
        "%s was image %s when it was resolved and image %s when it was pulled."
            .formatted(reference, resolved.shortForm(), pulled.shortForm()),
        "Update again. The running system is unchanged.");
  }
}
