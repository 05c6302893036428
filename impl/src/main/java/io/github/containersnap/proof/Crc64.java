package io.github.containersnap.proof;

import java.nio.ByteBuffer;

/** The CRC-64 of ISO 3309 that tar-split notes for each file. It proves nothing; it tells where. */
final class Crc64 {
  private static final long POLYNOMIAL = 0xD800_0000_0000_0000L;
  private static final long[] TABLE = table();

  private long state = -1;

  private static long[] table() {
    long[] table = new long[256];
    for (int value = 0; value < table.length; value++) {
      long entry = value;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        entry = (entry & 1) == 1 ? (entry >>> 1) ^ POLYNOMIAL : entry >>> 1;
      }
      table[value] = entry;
    }
    return table;
  }

  void update(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      state = TABLE[(int) (state ^ bytes[i]) & 0xff] ^ (state >>> Byte.SIZE);
    }
  }

  /** The sum as tar-split writes it: eight bytes, the highest first. */
  byte[] sum() {
    return ByteBuffer.allocate(Long.BYTES).putLong(~state).array();
  }
}
