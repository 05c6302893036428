package io.github.containersnap.proof;

import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells failures to read that say something about the disk from those of this process, by errno(3)
 * in the words of strerror(3), which is all that Java keeps of it.
 */
final class Unreadable {
  /** EIO: among others what a checksum that does not match gives. */
  private static final String LOST = "Input/output error";

  /** EMFILE, ENFILE, ENOMEM, EACCES, EPERM, EINTR; and what this program says of interruptions. */
  private static final List<String> OWN =
      List.of(
          "Too many open files",
          "Too many open files in system",
          "Cannot allocate memory",
          "Permission denied",
          "Operation not permitted",
          "Interrupted system call",
          "interrupted");

  private Unreadable() {}

  /** Whether the disk did not give back what was written to it. */
  static boolean isCauseOf(Throwable failure) {
    return any(failure, cause -> String.valueOf(cause.getMessage()).endsWith(LOST));
  }

  /** Whether the kernel refused this process something: that says nothing about the store. */
  static boolean isOfThisProcess(Throwable failure) {
    return any(
        failure,
        cause ->
            cause instanceof AccessDeniedException
                || cause instanceof InterruptedIOException
                || OWN.stream().anyMatch(String.valueOf(cause.getMessage())::endsWith));
  }

  private static boolean any(Throwable failure, Predicate<Throwable> is) {
    for (Optional<Throwable> at = Optional.of(failure);
        at.isPresent();
        at = at.map(Throwable::getCause)) {
      if (is.test(at.get())) {
        return true;
      }
    }
    return false;
  }
}
