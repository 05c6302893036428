package io.github.containersnap.etc;

import java.util.Optional;

/**
 * User or group ids that belong to one name.
 *
 * @param first the first id
 * @param last the last id, not before the first
 */
record IdRange(long first, long last) {
  private static final int MOST_DIGITS = 10; // ids have 32 bits

  /** {@code count} ids from {@code first} on; nothing if that is not what the texts say. */
  static Optional<IdRange> of(String first, String count) {
    if (!isNumber(first) || !isNumber(count)) {
      return Optional.empty();
    }
    long from = Long.parseLong(first);
    long many = Long.parseLong(count);
    return many == 0 ? Optional.empty() : Optional.of(new IdRange(from, from + many - 1));
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
