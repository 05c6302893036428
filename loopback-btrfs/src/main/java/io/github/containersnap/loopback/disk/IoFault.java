package io.github.containersnap.loopback.disk;

/**
 * An I/O error (EIO) that a disk answers with.
 *
 * @param access what fails
 * @param number which, counted from 1 since the fault was armed
 * @param forever whether all after it fail too
 */
public record IoFault(Access access, int number, boolean forever) {
  /** What a disk is asked to do. */
  public enum Access {
    READ,
    WRITE
  }

  public IoFault {
    if (number < 1) {
      throw new IllegalArgumentException("There is no %s number %d".formatted(access, number));
    }
  }
}
