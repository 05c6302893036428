package io.github.containersnap.engine.model;

/** A text that cannot be an image reference. */
public final class UnusableImageReferenceException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /**
   * A reference that names no image.
   *
   * @param why the reason, without a full stop
   */
  public UnusableImageReferenceException(String text, String why) {
    super(
        "'%s' is not an image reference: %s.".formatted(text.replaceAll("\\p{Cntrl}", "?"), why),
        "Name it as podman does, e.g. docker://registry.example/os:stable or oci:/srv/os:stable.");
  }
}
