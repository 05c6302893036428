package io.github.containersnap.image.signature;

/** A signature, or what should be one, that proves nothing here. The message is a clause. */
final class RejectedSignatureException extends Exception {
  private static final long serialVersionUID = 1L;

  RejectedSignatureException(String why) {
    super(why);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
