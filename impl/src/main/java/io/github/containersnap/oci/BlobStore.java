package io.github.containersnap.oci;

import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The blobs of an image layout ({@code blobs/sha256/HEX}); nothing of a blob is believed before its
 * size and digest have been seen to be right.
 *
 * @param layout the layout's directory
 */
record BlobStore(Path layout) {
  private static final int LARGE_READ = 1 << 18;

  Path file(Descriptor blob) {
    return layout.resolve("blobs").resolve("sha256").resolve(Digests.hexadecimal(blob.digest()));
  }

  /** The whole of a small blob. */
  byte[] bytes(Descriptor blob) {
    try {
      byte[] bytes = bounded(file(blob));
      verify(blob, bytes.length, Sha256.of(bytes));
      return bytes;
    } catch (IOException e) {
      throw unreadable(blob, e);
    }
  }

  /** At most {@link ImageConfig#LARGEST_JSON} bytes of a file that must not have more. */
  static byte[] bounded(Path file) throws IOException {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(ImageConfig.LARGEST_JSON + 1);
      if (bytes.length > ImageConfig.LARGEST_JSON) {
        throw new IOException(
            "it has more than %,d bytes, which is absurd".formatted(ImageConfig.LARGEST_JSON));
      }
      return bytes;
    }
  }

  /** Reads a whole blob to verify it. */
  void verify(Descriptor blob) {
    MessageDigest sha256 = Sha256.digest();
    byte[] buffer = new byte[LARGE_READ];
    long size = 0;
    try (InputStream in = open(file(blob))) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
        size += count;
      }
    } catch (IOException e) {
      throw unreadable(blob, e);
    }
    verify(blob, size, sha256.digest());
  }

  /** Requires that a blob is a regular file of its size. */
  void requireRegular(Descriptor blob) {
    try (InputStream in = open(file(blob))) {
      requireSize(blob, Files.size(file(blob)));
    } catch (IOException e) {
      throw unreadable(blob, e);
    }
  }

  /**
   * Copies a blob into the directory {@code blobs}, verifying the copy.
   *
   * @throws IOException if the copy cannot be written
   */
  void copy(Descriptor blob, Path blobs) throws IOException {
    requireRegular(blob);
    Path copy = blobs.resolve(Digests.hexadecimal(blob.digest()));
    MessageDigest sha256 = Sha256.digest();
    byte[] buffer = new byte[LARGE_READ];
    long size = 0;
    try (InputStream in = open(file(blob));
        OutputStream out = Files.newOutputStream(copy)) {
      // No more than it should have: it may grow meanwhile.
      for (int count = in.read(buffer);
          count >= 0 && size <= blob.size();
          count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
        out.write(buffer, 0, count);
        size += count;
      }
    }
    verify(blob, size, sha256.digest());
  }

  private void requireSize(Descriptor blob, long size) {
    if (size != blob.size()) {
      throw new UnusableImageException(
          layout,
          "its blob %s has %,d bytes instead of %,d".formatted(blob.digest(), size, blob.size()));
    }
  }

  private void verify(Descriptor blob, long size, byte[] sha256) {
    requireSize(blob, size);
    String digest = Digests.of(HexFormat.of().formatHex(sha256));
    if (!digest.equals(blob.digest())) {
      throw new UnusableImageException(
          layout, "its blob %s really has the digest %s".formatted(blob.digest(), digest));
    }
  }

  private UnusableImageException unreadable(Descriptor blob, IOException e) {
    return e instanceof NoSuchFileException
        ? new UnusableImageException(layout, "its blob " + blob.digest() + " is missing", e)
        : new UnusableImageException(
            layout, "its blob " + blob.digest() + " cannot be read: " + e.getMessage(), e);
  }

  static InputStream open(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is not a regular file");
    }
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }
}
