package io.github.containersnap.harness.world;

import io.github.containersnap.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is in a file. Files that share extents share one of these; equal bytes elsewhere take up
 * room of their own.
 */
public final class NodeContent {
  /** Of a file without a byte. */
  public static final NodeContent EMPTY = new NodeContent(new byte[0], 0, 0);

  private static final long BLOCK = 4096;

  private final byte[] bytes;
  private final long data;
  private final long metadata;
  private @Nullable String digest;

  private NodeContent(byte[] bytes, long data, long metadata) {
    this.bytes = bytes;
    this.data = data;
    this.metadata = metadata;
  }

  /** These bytes. */
  public static NodeContent of(byte[] bytes) {
    return new NodeContent(bytes.clone(), (bytes.length + BLOCK - 1) / BLOCK * BLOCK, 0);
  }

  /** This text. */
  public static NodeContent of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** This text, in a file that takes up {@code data} bytes of the disk: an image's are large. */
  public static NodeContent of(String text, long data) {
    return new NodeContent(text.getBytes(StandardCharsets.UTF_8), data, 0);
  }

  /** No byte, and room taken up all the same. */
  public static NodeContent reserving(long data, long metadata) {
    return new NodeContent(new byte[0], data, metadata);
  }

  /** Other bytes in the room that this takes up. */
  public NodeContent filledWith(String text) {
    byte[] other = text.getBytes(StandardCharsets.UTF_8);
    return new NodeContent(other, Math.max(data, of(other).data), metadata);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes it has. */
  public int length() {
    return bytes.length;
  }

  /** The bytes read as UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** How many bytes of the disk's data it takes up. */
  public long data() {
    return data;
  }

  /** How many bytes of the disk's metadata it takes up beside the file's own. */
  public long metadata() {
    return metadata;
  }

  /** The SHA-256 of the bytes, in 64 lower-case hexadecimal digits. */
  public String digest() {
    String known = digest;
    if (known == null) {
      known = Sha256.hex(bytes);
      digest = known;
    }
    return known;
  }

  @Override
  public boolean equals(Object other) {
    return other == this
        || (other instanceof NodeContent content && Arrays.equals(bytes, content.bytes));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
