package io.github.containersnap.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * How an archive is compressed. What the file begins with decides, as in containers/image, not a
 * media type or a name; a digest proves the result.
 */
public enum Compression {
  /** Not at all, or in a way that nothing here knows. */
  NONE(""),
  /** RFC 1952. */
  GZIP("1f8b"),
  /** RFC 8878. */
  ZSTANDARD("28b52ffd"),
  /** Unpacked of a whole archive, not of a layer: podman's proof reads no such layer. */
  BZIP2("425a68"),
  /** As {@link #BZIP2}. */
  XZ("fd377a585a00");

  private static final int LONGEST_MAGIC = 6;
  private static final int LARGE_READ = 1 << 16;

  /** Far above any image, and low enough that a bomb ends within minutes. */
  private static final long LONGEST_ARCHIVE = 1L << 38;

  /** What such a file begins with, in hexadecimal digits. */
  private final String magic;

  Compression(String magic) {
    this.magic = magic;
  }

  /**
   * How a file is compressed.
   *
   * @throws IOException if it is not a regular file, or cannot be read
   */
  public static Compression of(Path file) throws IOException {
    try (BufferedInputStream in = new BufferedInputStream(BlobStore.open(file), LONGEST_MAGIC)) {
      return of(in);
    }
  }

  /** Whether the OCI image specification knows layers that are compressed so. */
  boolean isOfLayers() {
    return switch (this) {
      case NONE, GZIP, ZSTANDARD -> true;
      case BZIP2, XZ -> false;
    };
  }

  private static Compression of(BufferedInputStream in) throws IOException {
    in.mark(LONGEST_MAGIC);
    String start = HexFormat.of().formatHex(in.readNBytes(LONGEST_MAGIC));
    in.reset();
    return Arrays.stream(values())
        .filter(it -> it != NONE && start.startsWith(it.magic))
        .findFirst()
        .orElse(NONE);
  }

  /**
   * Opens the archive in a file; what is not compressed with gzip or Zstandard is the archive.
   *
   * @throws IOException if it is not a regular file, or cannot be read
   */
  public static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(BlobStore.open(file), LARGE_READ);
    try {
      return switch (of(in)) {
        case GZIP -> new BoundedStream(new GZIPInputStream(in, LARGE_READ), LONGEST_ARCHIVE);
        case ZSTANDARD -> {
          in.close();
          yield new BoundedStream(new DecompressedStream("zstd", file), LONGEST_ARCHIVE);
        }
        case NONE, BZIP2, XZ -> in;
      };
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Opens a whole image archive, which may be compressed in any way that is known.
   *
   * @throws IOException if it is not a regular file, or cannot be read
   */
  public static InputStream openArchive(Path file) throws IOException {
    return switch (of(file)) {
      case XZ -> new BoundedStream(new DecompressedStream("xz", file), LONGEST_ARCHIVE);
      case BZIP2 -> new BoundedStream(new DecompressedStream("bzip2", file), LONGEST_ARCHIVE);
      case NONE, GZIP, ZSTANDARD -> open(file);
    };
  }
}
