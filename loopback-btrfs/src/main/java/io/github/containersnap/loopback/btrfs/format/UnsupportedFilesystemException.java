package io.github.containersnap.loopback.btrfs.format;

import java.nio.file.Path;

/**
 * A btrfs with a feature this reader cannot judge: more than one device, a RAID profile, a checksum
 * other than crc32c, or an incompatible feature it does not know.
 */
public final class UnsupportedFilesystemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedFilesystemException(Path image, String feature) {
    super(
        ("%s is a btrfs with %s, which the reader cannot judge. Make the filesystem with one"
                + " device, SINGLE or DUP profiles and crc32c checksums.")
            .formatted(image, feature));
  }
}
