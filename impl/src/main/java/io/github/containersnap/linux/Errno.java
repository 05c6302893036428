package io.github.containersnap.linux;

/** The error numbers of Linux that this package meets (asm-generic/errno-base.h and errno.h). */
final class Errno {
  static final int NO_DATA = 61;
  static final int RANGE = 34;
  static final int NAME_TOO_LONG = 36;
  static final int OVERFLOW = 75;
  static final int NOT_SUPPORTED = 95;

  private Errno() {}

  /** The symbolic name of {@code errno}, or its number in words. */
  static String name(int errno) {
    return switch (errno) {
      case 1 -> "EPERM";
      case 2 -> "ENOENT";
      case 5 -> "EIO";
      case 7 -> "E2BIG";
      case 12 -> "ENOMEM";
      case 13 -> "EACCES";
      case 14 -> "EFAULT";
      case 16 -> "EBUSY";
      case 17 -> "EEXIST";
      case 18 -> "EXDEV";
      case 20 -> "ENOTDIR";
      case 22 -> "EINVAL";
      case 25 -> "ENOTTY";
      case 28 -> "ENOSPC (No space left on device)";
      case 30 -> "EROFS";
      case RANGE -> "ERANGE";
      case NAME_TOO_LONG -> "ENAMETOOLONG";
      case 40 -> "ELOOP";
      case NO_DATA -> "ENODATA";
      case NOT_SUPPORTED -> "ENOTSUP";
      case OVERFLOW -> "EOVERFLOW";
      case 117 -> "EUCLEAN";
      case 122 -> "EDQUOT";
      default -> "error number " + errno;
    };
  }
}
