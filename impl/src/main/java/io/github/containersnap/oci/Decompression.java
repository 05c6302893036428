package io.github.containersnap.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Opens a layer's blob as the archive in it. What the blob begins with decides, as in
 * containers/image, not the media type; the diff_id proves the result.
 */
final class Decompression {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTANDARD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final int LARGE_READ = 1 << 16;

  /** Far above any image, and low enough that a bomb ends within minutes. */
  private static final long LONGEST_ARCHIVE = 1L << 38;

  private Decompression() {}

  static InputStream open(Path blob) throws IOException {
    BufferedInputStream in = new BufferedInputStream(BlobStore.open(blob), LARGE_READ);
    try {
      if (beginsWith(in, GZIP)) {
        return new BoundedStream(new GZIPInputStream(in, LARGE_READ), LONGEST_ARCHIVE);
      }
      if (beginsWith(in, ZSTANDARD)) {
        in.close();
        return new BoundedStream(new ZstandardStream(blob), LONGEST_ARCHIVE);
      }
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static boolean beginsWith(BufferedInputStream in, byte[] magic) throws IOException {
    in.mark(magic.length);
    byte[] start = in.readNBytes(magic.length);
    in.reset();
    return Arrays.equals(start, magic);
  }
}
