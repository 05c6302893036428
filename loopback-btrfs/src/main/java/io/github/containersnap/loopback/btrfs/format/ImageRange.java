package io.github.containersnap.loopback.btrfs.format;

/** The check that a range of bytes handed in from outside is one. */
public final class ImageRange {
  private ImageRange() {}

  /** Refuses a range that begins before the image or whose end overflows. */
  public static void requireValid(long imageOffset, long length) {
    if (imageOffset < 0 || length < 0 || imageOffset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "%d bytes at byte %d are no range of an image".formatted(length, imageOffset));
    }
  }
}
