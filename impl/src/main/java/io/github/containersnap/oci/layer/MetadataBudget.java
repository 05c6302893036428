package io.github.containersnap.oci.layer;

import io.github.containersnap.oci.tar.TarEntry;

/**
 * How much of names, links and attributes an image may make this process keep, in bytes of memory
 * roughly: an archive of a few kilobytes can name millions of directories.
 */
final class MetadataBudget {
  private static final long MOST = 1L << 30;
  private static final long COST_OF_ENTRY = 100;
  private static final long COST_OF_FILE = 300;

  private final long limit;
  private long spent;

  MetadataBudget(long limit) {
    this.limit = limit;
  }

  /** What this process can afford. */
  static MetadataBudget ofThisProcess() {
    return new MetadataBudget(Math.min(MOST, Runtime.getRuntime().maxMemory() / 2));
  }

  /** Pays for what an archive's entry says. */
  void spend(TarEntry entry) throws RefusedEntryException {
    long cost = COST_OF_ENTRY + entry.name().length() + entry.linkName().length();
    for (var attribute : entry.extendedAttributes().entrySet()) {
      cost += attribute.getKey().length() + attribute.getValue().length();
    }
    spend(cost);
  }

  /** Pays for a file, or one more name of it, at {@code path} of the tree. */
  void spend(String path) throws RefusedEntryException {
    spend(COST_OF_FILE + path.length());
  }

  private void spend(long cost) throws RefusedEntryException {
    spent += cost;
    if (spent > limit) {
      throw new RefusedEntryException(
          "brings the image's names and attributes to more than %,d bytes of memory"
              .formatted(limit));
    }
  }
}
