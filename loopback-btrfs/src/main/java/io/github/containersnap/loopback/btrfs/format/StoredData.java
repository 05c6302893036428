package io.github.containersnap.loopback.btrfs.format;

/**
 * One copy of a data extent as it lies on the device.
 *
 * @param position where it lies, in bytes from the partition's start
 * @param length in bytes
 * @param sha256 over all of its bytes
 * @param sectorChecksums the checksum of each sector, as computed from the bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public // compact, and never compared
record StoredData(long position, long length, Sha256Value sha256, int[] sectorChecksums) {
  /** The first byte after it. */
  public long end() {
    return position + length;
  }
}
