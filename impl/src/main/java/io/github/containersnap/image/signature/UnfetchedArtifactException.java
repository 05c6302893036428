package io.github.containersnap.image.signature;

/** Something that a registry does not have, or does not give. The message is a clause. */
final class UnfetchedArtifactException extends Exception {
  private static final long serialVersionUID = 1L;

  UnfetchedArtifactException(String why) {
    super(why);
  }

  UnfetchedArtifactException(String why, Exception cause) {
    super(why, cause);
  }

  String why() {
    return String.valueOf(getMessage());
  }
}
