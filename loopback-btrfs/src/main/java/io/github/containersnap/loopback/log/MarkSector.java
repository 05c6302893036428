package io.github.containersnap.loopback.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a mark looks on the disk: one sector of {@value #BYTES} bytes in the mark area.
 *
 * <pre>
 * byte  0  16 bytes  "container-snap" and two zero bytes
 * byte 16   4 bytes  length of the name in bytes, little-endian
 * byte 20            the name in UTF-8, then zeros to the end
 * </pre>
 *
 * <p>QEMU's recorder never writes the MARK entries of the log format (DESIGN, fact 13), so marks
 * travel in-band, as writes that no filesystem makes.
 */
public final class MarkSector {

  /** The size of a mark on the disk. */
  public static final int BYTES = 4096;

  /** The longest name of a mark, in bytes of UTF-8. */
  public static final int LONGEST_NAME = 1024;

  /**
   * The last mark of a recording that was closed in order. What the recorder itself does after it
   * (one flush when the daemon ends) is not part of the run.
   */
  public static final String RECORDING_ENDED = "container-snap: recording ended";

  private static final byte[] MAGIC =
      Arrays.copyOf("container-snap".getBytes(StandardCharsets.US_ASCII), 16);
  private static final int LENGTH_POSITION = 16;
  private static final int NAME_POSITION = 20;

  private MarkSector() {}

  /**
   * The sector of a mark.
   *
   * @throws IllegalArgumentException if the name is empty or longer than {@link #LONGEST_NAME}
   */
  public static byte[] encode(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length == 0 || text.length > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "A mark's name has 1 to %d bytes, this one has %d".formatted(LONGEST_NAME, text.length));
    }
    byte[] sector = Arrays.copyOf(MAGIC, BYTES);
    LittleEndian.of(sector).putInt(LENGTH_POSITION, text.length);
    System.arraycopy(text, 0, sector, NAME_POSITION, text.length);
    return sector;
  }

  /** The name of the mark that this sector holds; empty if it is not a mark. */
  public static Optional<String> decode(byte[] sector) {
    if (sector.length != BYTES || !Arrays.equals(sector, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return Optional.empty();
    }
    ByteBuffer buffer = LittleEndian.of(sector);
    int length = buffer.getInt(LENGTH_POSITION);
    if (length < 1 || length > LONGEST_NAME) {
      return Optional.empty();
    }
    return Optional.of(new String(sector, NAME_POSITION, length, StandardCharsets.UTF_8));
  }
}
