package io.github.containersnap.oci.tar;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * One 512-byte header block of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"; GNU
 * tar's manual, "Basic Tar Format").
 */
final class TarHeader {
  static final int BLOCK = 512;

  private static final int CHECKSUM_OFFSET = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0};
  private static final byte[] GNU = {'u', 's', 't', 'a', 'r', ' ', ' ', 0};
  private static final byte[] STAR_TRAILER = {'t', 'a', 'r', 0};
  private static final int PREFIX_OFFSET = 345;
  private static final int PREFIX_LENGTH = 155;

  private final byte[] block;
  private final Format format;

  TarHeader(byte[] block) {
    this.block = block;
    this.format = format(block);
  }

  /** The formats that give the block's second half different fields. */
  private enum Format {
    V7,
    USTAR,
    STAR,
    GNU
  }

  private static Format format(byte[] block) {
    if (stands(GNU, block, 257)) {
      return Format.GNU;
    }
    if (!stands(USTAR, block, 257)) {
      return Format.V7;
    }
    return stands(STAR_TRAILER, block, 508) ? Format.STAR : Format.USTAR;
  }

  private static boolean stands(byte[] magic, byte[] block, int offset) {
    return Arrays.equals(block, offset, offset + magic.length, magic, 0, magic.length);
  }

  boolean isZero() {
    for (byte value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the stored sum is that of the bytes; old archives summed signed bytes. */
  boolean checksumHolds() {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean inChecksum = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_LENGTH;
      byte value = inChecksum ? (byte) ' ' : block[i];
      unsigned += value & 0xff;
      signed += value;
    }
    long stored = octal(CHECKSUM_OFFSET, CHECKSUM_LENGTH);
    return stored == unsigned || stored == signed;
  }

  byte type() {
    return block[156];
  }

  /** The name with the prefix that the format gives it. */
  byte[] name() {
    byte[] name = text(0, 100);
    byte[] prefix = prefix();
    if (prefix.length == 0) {
      return name;
    }
    byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
  }

  private byte[] prefix() {
    return switch (format) {
      case V7 -> new byte[0];
      case USTAR -> text(PREFIX_OFFSET, PREFIX_LENGTH);
      case STAR -> text(PREFIX_OFFSET, 131);
      case GNU -> prefixInTimes();
    };
  }

  /**
   * Archives of Go before 1.8, and so images that Docker wrote then, have a prefix where the GNU
   * format has times. Like Go's reader since: what is no pair of times and is ASCII is a prefix.
   */
  private byte[] prefixInTimes() {
    byte[] prefix = text(PREFIX_OFFSET, PREFIX_LENGTH);
    boolean ascii = true;
    for (byte value : prefix) {
      ascii &= value >= 0;
    }
    return ascii && !(isUnsetOrNumber(345) && isUnsetOrNumber(357)) ? prefix : new byte[0];
  }

  private boolean isUnsetOrNumber(int offset) {
    return block[offset] == 0 || isNumber(offset, 12);
  }

  byte[] linkName() {
    return text(157, 100);
  }

  long mode() {
    return number(100, 8);
  }

  long uid() {
    return number(108, 8);
  }

  long gid() {
    return number(116, 8);
  }

  long size() {
    return number(124, 12);
  }

  long deviceMajor() {
    return format == Format.V7 ? 0 : number(329, 8);
  }

  long deviceMinor() {
    return format == Format.V7 ? 0 : number(337, 8);
  }

  /** Whether the fields that nothing here reads are numbers; what unpacks layers reads them. */
  boolean restIsNumbers() {
    boolean times = isNumber(136, 12);
    boolean devices = format == Format.V7 || (isNumber(329, 8) && isNumber(337, 8));
    boolean star = format != Format.STAR || (isNumber(476, 12) && isNumber(488, 12));
    return times && devices && star;
  }

  /** Whether a field is in octal digits, or in base 256 and of 64 bits with its sign. */
  private boolean isNumber(int offset, int length) {
    if ((block[offset] & 0x80) != 0) {
      byte[] digits = Arrays.copyOfRange(block, offset, offset + length);
      boolean negative = (digits[0] & 0x40) != 0; // the bit above it says base 256
      digits[0] = (byte) (negative ? digits[0] : digits[0] & 0x3f);
      return new BigInteger(digits).bitLength() < Long.SIZE;
    }
    try {
      octal(offset, length);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private byte[] text(int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(block, offset, end);
  }

  /**
   * A number in octal digits, or in base 256 if the first bit is set.
   *
   * @throws NumberFormatException if it is neither, negative, or more than 63 bits
   */
  private long number(int offset, int length) {
    return (block[offset] & 0x80) != 0 ? binary(offset, length) : octal(offset, length);
  }

  private long binary(int offset, int length) {
    if ((block[offset] & 0x40) != 0) {
      throw new NumberFormatException("negative");
    }
    long value = block[offset] & 0x3f;
    for (int i = offset + 1; i < offset + length; i++) {
      if (value > Long.MAX_VALUE >> 8) {
        throw new NumberFormatException("more than 63 bits");
      }
      value = (value << 8) | (block[i] & 0xff);
    }
    return value;
  }

  private long octal(int offset, int length) {
    int start = offset;
    int end = offset + length;
    while (start < end && isPadding(block[start])) {
      start++;
    }
    while (end > start && isPadding(block[end - 1])) {
      end--;
    }
    long value = 0; // at most 12 digits: 36 bits
    for (int i = start; i < end && block[i] != 0; i++) {
      if (block[i] < '0' || block[i] > '7') {
        throw new NumberFormatException("not octal");
      }
      value = (value << 3) | (block[i] - '0');
    }
    return value;
  }

  private static boolean isPadding(byte value) {
    return value == ' ' || value == 0;
  }
}
