package io.github.containersnap.loopback.btrfs.format;

import java.nio.file.Path;

/** The bytes are no btrfs that could be mounted: a superblock or chunk that makes no sense. */
public final class MalformedFilesystemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long imageOffset;
  private final String what;

  MalformedFilesystemException(Path image, long imageOffset, String what) {
    super("%s, byte %d: %s".formatted(image, imageOffset, what));
    this.imageOffset = imageOffset;
    this.what = what;
  }

  /** What makes no sense, without the place. */
  public String what() {
    return what;
  }

  /** Where in the image the trouble is, in bytes. */
  public long imageOffset() {
    return imageOffset;
  }
}
