package io.github.containersnap.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads the fields that a {@link BinaryOutput} wrote. Every method fails with an {@link
 * IOException} where the bytes end too early or cannot be what was asked for.
 */
public final class BinaryInput {
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;
  private static final int DIGEST = 32;

  private final byte[] bytes;
  private final int end;
  private int at;

  private BinaryInput(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /**
   * What was written before {@link BinaryOutput#seal}; empty if that is not all there is, to the
   * bit.
   */
  public static Optional<BinaryInput> sealed(byte[] bytes) {
    int end = bytes.length - DIGEST;
    if (end < 0) {
      return Optional.empty();
    }
    MessageDigest sha256 = Sha256.digest();
    sha256.update(bytes, 0, end);
    return Arrays.equals(sha256.digest(), 0, DIGEST, bytes, end, bytes.length)
        ? Optional.of(new BinaryInput(bytes, 0, end))
        : Optional.empty();
  }

  /** SHA-256 that {@code bytes}, which are sealed, end with, in hexadecimal digits. */
  public static String seal(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, bytes.length - DIGEST, bytes.length);
  }

  /** The same bytes, to be read from {@code position}. */
  public BinaryInput from(long position) throws IOException {
    if (position < 0 || position > end) {
      throw new IOException("a position lies outside of the record");
    }
    return new BinaryInput(bytes, (int) position, end);
  }

  /** Where the next field begins. */
  public int position() {
    return at;
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - at;
  }

  /** Reads a byte, 0 to 255. */
  public int readByte() throws IOException {
    require(1);
    return bytes[at++] & 0xff;
  }

  /** Reads an unsigned number. */
  public long readNumber() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += BITS) {
      int next = readByte();
      value |= (long) (next & (MORE - 1)) << shift;
      if ((next & MORE) == 0) {
        return value;
      }
    }
    throw new IOException("a number has too many bytes");
  }

  /** Reads an unsigned number of at most {@code most}. */
  public int readCount(int most) throws IOException {
    long value = readNumber();
    if (value < 0 || value > most) {
      throw new IOException("a count is larger than " + most);
    }
    return (int) value;
  }

  /** Reads eight bytes, the highest first. */
  public long readLong() throws IOException {
    require(Long.BYTES);
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << Byte.SIZE | (bytes[at++] & 0xff);
    }
    return value;
  }

  /** Reads a text with its length. */
  public String readText() throws IOException {
    int length = readCount(remaining());
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /** Reads {@code count} bytes as hexadecimal digits. */
  public String readHex(int count) throws IOException {
    require(count);
    String digits = HexFormat.of().formatHex(bytes, at, at + count);
    at += count;
    return digits;
  }

  private void require(int count) throws IOException {
    if (count < 0 || count > end - at) {
      throw new IOException("a record ends too early");
    }
  }
}
