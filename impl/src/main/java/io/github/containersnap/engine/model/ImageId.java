package io.github.containersnap.engine.model;

import java.util.regex.Pattern;

/**
 * The id of an image: the SHA-256 digest of its configuration, in lower-case hex (what {@code
 * podman inspect --format {{.Id}}} prints).
 *
 * @param hex 64 hexadecimal digits
 */
public record ImageId(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ImageId {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("'" + hex + "' is not an image id (64 hex digits)");
    }
  }

  /** The first twelve digits, for people. */
  public String shortForm() {
    return hex.substring(0, 12);
  }

  /**
   * Written out: that of a record is generated at its first use in each run, which takes longer.
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageId image && hex.equals(image.hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public String toString() {
    return hex;
  }
}
