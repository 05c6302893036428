package io.github.containersnap.oci.layer;

import io.github.containersnap.oci.tar.TarEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What small files of an image say, kept while its layers are read for other reasons. Bounded in
 * the size of each file and of all together: what goes beyond is not kept, as if it had not been
 * wanted.
 */
public final class SmallFileContents {
  private static final int LARGEST_FILE = 64 << 10;
  private static final int MOST_BYTES = 16 << 20;

  private final Predicate<String> wanted;
  private final Map<String, byte[]> byDigest = new HashMap<>();
  private int left = MOST_BYTES;

  private SmallFileContents(Predicate<String> wanted) {
    this.wanted = wanted;
  }

  /**
   * Keeps the files at the paths of which {@code wanted} is true. Paths are the archives' own,
   * without a leading slash; links in them are not followed.
   */
  public static SmallFileContents of(Predicate<String> wanted) {
    return new SmallFileContents(wanted);
  }

  /** Keeps nothing. */
  public static SmallFileContents none() {
    return new SmallFileContents(path -> false);
  }

  /**
   * What a file says.
   *
   * @param contentDigest SHA-256 of it in hexadecimal digits, as the tree has it
   */
  public Optional<byte[]> get(String contentDigest) {
    return Optional.ofNullable(byDigest.get(contentDigest));
  }

  boolean wants(TarEntry file) {
    return file.size() <= Math.min(LARGEST_FILE, left)
        && wanted.test(file.name().replaceFirst("^(\\./|/)+", ""));
  }

  void keep(String contentDigest, byte[] content) {
    if (byDigest.putIfAbsent(contentDigest, content) == null) {
      left -= content.length;
    }
  }
}
