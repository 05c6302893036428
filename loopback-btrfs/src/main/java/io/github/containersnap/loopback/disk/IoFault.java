package io.github.containersnap.loopback.disk;

import java.util.OptionalLong;

/**
 * An I/O error (EIO) that a disk answers with.
 *
 * @param access what fails
 * @param number which, counted from 1 since the fault was armed
 * @param forever whether all after it fail too
 * @param offset the byte of the disk that a request must touch to fail, if not any request fails
 */
public record IoFault(Access access, int number, boolean forever, OptionalLong offset) {
  /** What a disk is asked to do. */
  public enum Access {
    READ,
    WRITE
  }

  public IoFault {
    if (number < 1) {
      throw new IllegalArgumentException("There is no %s number %d".formatted(access, number));
    }
    if (offset.isPresent() && (number != 1 || offset.getAsLong() < 0)) {
      throw new IllegalArgumentException(
          "Requests for byte %d are not counted".formatted(offset.getAsLong()));
    }
  }

  /** An error of the {@code number}th request, wherever it goes to. */
  public IoFault(Access access, int number, boolean forever) {
    this(access, number, forever, OptionalLong.empty());
  }

  /** An error of the first request that touches the byte {@code offset} of the disk. */
  public static IoFault at(Access access, long offset, boolean forever) {
    return new IoFault(access, 1, forever, OptionalLong.of(offset));
  }
}
