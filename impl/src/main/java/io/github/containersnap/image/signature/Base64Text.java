package io.github.containersnap.image.signature;

import java.util.Base64;

/** Base64 in the two alphabets that the JSON form of protocol buffers has. */
final class Base64Text {
  private Base64Text() {}

  /** The bytes; {@code what} is the text, for the reason of a rejection. */
  static byte[] decode(String text, String what) throws RejectedSignatureException {
    try {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw new RejectedSignatureException("its %s is not base64".formatted(what));
    }
  }
}
