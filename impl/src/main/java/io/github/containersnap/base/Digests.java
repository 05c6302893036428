package io.github.containersnap.base;

import java.util.regex.Pattern;

/** SHA-256 digests as OCI writes them (image specification, descriptor.md, "Digests"). */
public final class Digests {
  private static final String PREFIX = "sha256:";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private Digests() {}

  /** Whether {@code text} is {@code sha256:} and 64 lower-case hexadecimal digits. */
  public static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  /** The hexadecimal digits of a digest. */
  public static String hexadecimal(String digest) {
    return digest.substring(PREFIX.length());
  }

  /** The digest that {@code hexadecimal} digits are of. */
  public static String of(String hexadecimal) {
    return PREFIX + hexadecimal;
  }
}
