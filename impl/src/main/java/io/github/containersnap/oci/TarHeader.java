package io.github.containersnap.oci;

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
  private static final byte[] GNU = {'u', 's', 't', 'a', 'r', ' '};
  private static final byte[] STAR_TRAILER = {'t', 'a', 'r', 0};

  private final byte[] block;

  TarHeader(byte[] block) {
    this.block = block;
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
    long stored = number(CHECKSUM_OFFSET, CHECKSUM_LENGTH);
    return stored == unsigned || stored == signed;
  }

  byte type() {
    return block[156];
  }

  /** The name with the prefix that the ustar format gives it. */
  byte[] name() {
    byte[] name = text(0, 100);
    if (!hasMagic(USTAR)) {
      return name;
    }
    byte[] prefix = text(345, endsLikeStar() ? 131 : 155);
    if (prefix.length == 0) {
      return name;
    }
    byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
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
    return hasDevices() ? number(329, 8) : 0;
  }

  long deviceMinor() {
    return hasDevices() ? number(337, 8) : 0;
  }

  private boolean hasDevices() {
    return hasMagic(USTAR) || hasMagic(GNU);
  }

  private boolean hasMagic(byte[] magic) {
    return Arrays.equals(block, 257, 257 + magic.length, magic, 0, magic.length);
  }

  private boolean endsLikeStar() {
    return Arrays.equals(block, 508, BLOCK, STAR_TRAILER, 0, STAR_TRAILER.length);
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
    for (int i = start; i < end; i++) {
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
