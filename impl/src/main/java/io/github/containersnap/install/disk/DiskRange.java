package io.github.containersnap.install.disk;

/**
 * A piece of a disk.
 *
 * @param offset where it begins, in bytes
 * @param size how long it is, in bytes
 */
public record DiskRange(long offset, long size) {
  /** Where the next piece may begin, in bytes. */
  public long end() {
    return offset + size;
  }

  /** As sgdisk(8) takes it: first and last sector of {@code sectorBytes} each. */
  String sectors(int sectorBytes) {
    return "%d:%d".formatted(offset / sectorBytes, end() / sectorBytes - 1);
  }
}
