package io.github.containersnap.proof;

import java.io.IOException;

/** What of an image has the digest it must have and still cannot be used, as a clause. */
final class RefusedContentException extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedContentException(String what, Exception cause) {
    super(what + ": " + DamagedStoreException.reason(cause), cause);
  }
}
