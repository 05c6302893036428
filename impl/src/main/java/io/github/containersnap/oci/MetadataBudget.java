package io.github.containersnap.oci;

/** How much of names, links and attributes an image may make this process keep. */
final class MetadataBudget {
  private static final long MOST_CHARACTERS = 1L << 28;
  private static final long FIXED_COST = 64;

  private long left = MOST_CHARACTERS;

  void spend(TarEntry entry) throws RefusedEntryException {
    left -= FIXED_COST + entry.name().length() + entry.linkName().length();
    for (var attribute : entry.extendedAttributes().entrySet()) {
      left -= attribute.getKey().length() + attribute.getValue().length();
    }
    if (left < 0) {
      throw new RefusedEntryException(
          "brings the image's names and attributes to more than %,d characters"
              .formatted(MOST_CHARACTERS));
    }
  }
}
