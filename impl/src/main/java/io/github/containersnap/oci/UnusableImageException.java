package io.github.containersnap.oci;

import java.nio.file.Path;

/** An image layout, or an image in it, cannot be used. */
public final class UnusableImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String why;

  UnusableImageException(Path layout, String what) {
    super("The image layout %s cannot be used: %s.".formatted(layout, what));
    this.why = what;
  }

  UnusableImageException(Path layout, String what, Exception cause) {
    super("The image layout %s cannot be used: %s.".formatted(layout, what), cause);
    this.why = what;
  }

  /** What is wrong with it, for those who name the layout otherwise; without a full stop. */
  public String why() {
    return why;
  }
}
