package io.github.containersnap.engine.model;

import java.util.Set;

/**
 * Where to fetch an image, as podman and skopeo read it: {@code TRANSPORT:REST}; a name without a
 * transport is looked for in a registry.
 *
 * @param text the reference with its transport, e.g. {@code docker://registry.example/os:stable} or
 *     {@code oci:/srv/os:stable}
 */
public record ImageReference(String text) {
  private static final int LONGEST = 4096;
  private static final Set<String> TRANSPORTS =
      Set.of("containers-storage", "dir", "docker", "docker-archive", "oci", "oci-archive");

  public ImageReference {
    requirePlain(text);
    int colon = text.indexOf(':');
    boolean named = colon > 0 && TRANSPORTS.contains(text.substring(0, colon));
    if (!named) {
      text = "docker://" + text;
    }
  }

  /**
   * Requires of a text that a person typed what every reference needs.
   *
   * @throws UnusableImageReferenceException if a program could trip over it
   */
  public static void requirePlain(String text) {
    if (text.isBlank()
        || text.length() > LONGEST
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new UnusableImageReferenceException(
          text, "it is empty, too long or has control characters");
    }
    if (text.startsWith("-")) {
      throw new UnusableImageReferenceException(text, "it starts with a dash");
    }
  }

  /** Whether the image lies on this machine, so that no connection can be at fault. */
  public boolean isLocal() {
    return !text.startsWith("docker:");
  }

  @Override
  public String toString() {
    return text;
  }
}
