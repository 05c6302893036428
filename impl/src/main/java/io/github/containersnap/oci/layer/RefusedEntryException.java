package io.github.containersnap.oci.layer;

/** Why an entry is refused, as the end of a sentence that begins with the entry. */
final class RefusedEntryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String why;

  RefusedEntryException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
