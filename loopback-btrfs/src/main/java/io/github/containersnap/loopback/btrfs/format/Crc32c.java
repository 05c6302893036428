package io.github.containersnap.loopback.btrfs.format;

import java.util.zip.CRC32C;

/** The checksum of type 0: CRC-32C, stored in the first four bytes of a 32-byte field. */
public final class Crc32c {
  /** The size of the checksum field at the start of superblocks and tree nodes. */
  public static final int FIELD_BYTES = 32;

  private final CRC32C crc = new CRC32C();

  /** The checksum of {@code length} bytes from {@code start}. */
  public int of(byte[] bytes, int start, int length) {
    crc.reset();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }

  /** How a checksum that is not the wanted one is reported. */
  public static String mismatch(int wanted, int found) {
    return "checksum %08x wanted, %08x found".formatted(wanted, found);
  }
}
