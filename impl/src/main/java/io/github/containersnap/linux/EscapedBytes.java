package io.github.containersnap.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Kernel strings as readable text, without loss and without two names becoming one.
 *
 * <p>Valid UTF-8 stands for itself. Bytes that are not valid UTF-8, control characters and the
 * percent sign become {@code %HH} with upper-case hexadecimal digits. Equal text means equal bytes
 * and the other way round.
 */
public final class EscapedBytes {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int LONGEST_SEQUENCE = 4;

  private EscapedBytes() {}

  /** The text that stands for {@code bytes}. */
  public static String toText(byte[] bytes) {
    return toText(bytes, 0, bytes.length);
  }

  /** The text that stands for {@code length} bytes from {@code offset} on. */
  public static String toText(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!isPlain(bytes[i])) {
        return escaped(bytes, offset, length);
      }
    }
    return new String(bytes, offset, length, StandardCharsets.US_ASCII);
  }

  /**
   * The bytes that {@code text} stands for.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits
   */
  public static byte[] toBytes(String text) {
    if (text.indexOf('%') < 0) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int start = 0;
    for (int percent = text.indexOf('%'); percent >= 0; percent = text.indexOf('%', start)) {
      bytes.writeBytes(text.substring(start, percent).getBytes(StandardCharsets.UTF_8));
      if (percent + 3 > text.length()) {
        throw new IllegalArgumentException("Incomplete %-escape at the end of \"" + text + "\"");
      }
      bytes.write(HexFormat.fromHexDigits(text, percent + 1, percent + 3));
      start = percent + 3;
    }
    bytes.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private static boolean isPlain(byte value) {
    return value >= ' ' && value < 0x7f && value != '%';
  }

  private static String escaped(byte[] bytes, int offset, int length) {
    StringBuilder text = new StringBuilder(length + 16);
    int end = offset + length;
    for (int i = offset; i < end; ) {
      if (isPlain(bytes[i])) {
        text.append((char) bytes[i++]);
        continue;
      }
      int sequence = bytes[i] < 0 ? appendSequence(text, bytes, i, end) : 0;
      if (sequence == 0) {
        text.append('%').append(HEX.toHexDigits(bytes[i++]));
      }
      i += sequence;
    }
    return text.toString();
  }

  /** Appends the one valid multi-byte character at {@code start}; returns its bytes, or 0. */
  private static int appendSequence(StringBuilder text, byte[] bytes, int start, int end) {
    int length = sequenceLength(bytes[start]);
    if (length < 2 || start + length > end) {
      return 0;
    }
    try {
      CharBuffer decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length));
      if (Character.isISOControl(decoded.get(0))) {
        return 0;
      }
      text.append(decoded);
      return length;
    } catch (CharacterCodingException e) {
      return 0; // not UTF-8: the caller escapes this byte and goes on with the next
    }
  }

  private static int sequenceLength(byte lead) {
    int ones = Integer.numberOfLeadingZeros(~(lead << 24));
    return ones > LONGEST_SEQUENCE ? 0 : ones;
  }
}
