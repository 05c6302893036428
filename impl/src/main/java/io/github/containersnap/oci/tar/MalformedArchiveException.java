package io.github.containersnap.oci.tar;

/** A tar archive does not keep to its format, or goes beyond what any honest one needs. */
public final class MalformedArchiveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final String entry;
  private final String why;

  MalformedArchiveException(long offset, String entry, String why) {
    super(
        "The tar archive is malformed at byte %,d (entry \"%s\"): %s."
            .formatted(offset, entry, why));
    this.offset = offset;
    this.entry = entry;
    this.why = why;
  }

  /** Where in the archive, in bytes from its start. */
  public long offset() {
    return offset;
  }

  /** The entry, or the last one before, or "" at the very start. */
  public String entry() {
    return entry;
  }

  /** What is wrong there. */
  public String why() {
    return why;
  }
}
