package io.github.containersnap.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Writes fields one after the other into a stream, for a {@link BinaryInput} to read. It buffers,
 * and keeps a digest of what it writes.
 */
public final class BinaryOutput {
  private static final int BUFFER = 1 << 16;
  private static final int BITS = 7;
  private static final int MORE = 1 << BITS;

  private final OutputStream out;
  private final MessageDigest sha256 = Sha256.digest();
  private final byte[] buffer = new byte[BUFFER];
  private int buffered;
  private long flushed;

  /** Writes to {@code out}, which the caller closes. */
  public BinaryOutput(OutputStream out) {
    this.out = out;
  }

  /** The number of bytes written so far. */
  public long position() {
    return flushed + buffered;
  }

  /** Writes the lowest eight bits of {@code value}. */
  public void writeByte(int value) throws IOException {
    if (buffered == BUFFER) {
      flush();
    }
    buffer[buffered++] = (byte) value;
  }

  /** Writes an unsigned number in as few bytes as it needs, 1 to 10. */
  public void writeNumber(long value) throws IOException {
    long rest = value;
    while ((rest & -MORE) != 0) {
      writeByte((int) rest | MORE);
      rest >>>= BITS;
    }
    writeByte((int) rest);
  }

  /** Writes eight bytes, the highest first. */
  public void writeLong(long value) throws IOException {
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      writeByte((int) (value >>> shift));
    }
  }

  /** Writes bytes as they are. */
  public void writeBytes(byte[] bytes) throws IOException {
    int done = 0;
    while (done < bytes.length) {
      if (buffered == BUFFER) {
        flush();
      }
      int count = Math.min(bytes.length - done, BUFFER - buffered);
      System.arraycopy(bytes, done, buffer, buffered, count);
      buffered += count;
      done += count;
    }
  }

  /** Writes a text with its length. */
  public void writeText(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeNumber(bytes.length);
    writeBytes(bytes);
  }

  /** Writes the bytes that hexadecimal digits spell; how many there are, the reader must know. */
  public void writeHex(String digits) throws IOException {
    writeBytes(HexFormat.of().parseHex(digits));
  }

  /**
   * Writes SHA-256 of all that was written, 32 bytes, and ends.
   *
   * @return the digest in hexadecimal digits
   */
  public String seal() throws IOException {
    flush();
    byte[] digest = sha256.digest();
    out.write(digest);
    return HexFormat.of().formatHex(digest);
  }

  private void flush() throws IOException {
    sha256.update(buffer, 0, buffered);
    out.write(buffer, 0, buffered);
    flushed += buffered;
    buffered = 0;
  }
}
