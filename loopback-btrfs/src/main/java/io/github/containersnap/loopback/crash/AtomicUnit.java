package io.github.containersnap.loopback.crash;

/** How much a disk writes wholly or not at all when it loses power. */
public final class AtomicUnit {
  /** That of a disk today, and of the page cache (DESIGN, fact 12). */
  public static final int USUAL_BYTES = 4096;

  private static final int SMALLEST_BYTES = 512;
  private static final int LARGEST_BYTES = 1 << 20;

  private AtomicUnit() {}

  /** Whether it can be a disk's: a power of two from 512 bytes to 1 MiB. */
  public static boolean isValid(int bytes) {
    return bytes >= SMALLEST_BYTES && bytes <= LARGEST_BYTES && Integer.bitCount(bytes) == 1;
  }

  static void requireValid(int bytes) {
    if (!isValid(bytes)) {
      throw new IllegalArgumentException(
          "%d bytes are no atomic unit: a power of two from %d to %d is"
              .formatted(bytes, SMALLEST_BYTES, LARGEST_BYTES));
    }
  }
}
