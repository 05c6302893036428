package io.github.containersnap.image;

/** An image that no tool is shown. The message says why: a sentence without its full stop. */
final class RefusedSourceException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedSourceException(String why) {
    super(why);
  }

  RefusedSourceException(String why, Exception cause) {
    super(why, cause);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
