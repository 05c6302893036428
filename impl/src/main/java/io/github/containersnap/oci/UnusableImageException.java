package io.github.containersnap.oci;

import java.nio.file.Path;

/** An image layout, or an image in it, cannot be used. */
public final class UnusableImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String layout;

  UnusableImageException(Path layout, String what) {
    super("The image layout %s cannot be used: %s.".formatted(layout, what));
    this.layout = layout.toString();
  }

  UnusableImageException(Path layout, String what, Exception cause) {
    super("The image layout %s cannot be used: %s.".formatted(layout, what), cause);
    this.layout = layout.toString();
  }

  /** The layout's directory. */
  public String layout() {
    return layout;
  }
}
