package io.github.containersnap.engine.model;

import java.util.Locale;

/**
 * An amount of storage.
 *
 * @param count bytes, never negative
 */
public record Bytes(long count) implements Comparable<Bytes> {
  private static final long KIBI = 1024;

  public Bytes {
    if (count < 0) {
      throw new IllegalArgumentException("negative amount of bytes: " + count);
    }
  }

  /** That many mebibytes. */
  public static Bytes ofMebibytes(long mebibytes) {
    return new Bytes(mebibytes * KIBI * KIBI);
  }

  /** The sum, or the largest amount there is where the sum would overflow. */
  public Bytes plus(Bytes other) {
    long sum = count + other.count;
    return new Bytes(sum < 0 ? Long.MAX_VALUE : sum);
  }

  /** {@code factor} times as much, or the largest amount there is where that would overflow. */
  public Bytes times(int factor) {
    return new Bytes(count > Long.MAX_VALUE / factor ? Long.MAX_VALUE : count * factor);
  }

  /** What is left after taking {@code other} away, at the least nothing. */
  public Bytes minus(Bytes other) {
    return new Bytes(Math.max(0, count - other.count));
  }

  /** Written out, as that of {@link ImageId}. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && count == bytes.count;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  /** For people: {@code 12 B}, {@code 3.4 KiB}, {@code 240.0 MiB}. */
  @Override
  public String toString() {
    if (count < KIBI) {
      return count + " B";
    }
    double amount = count;
    int unit = -1;
    do {
      amount /= KIBI;
      unit++;
    } while (amount >= KIBI && unit < 5);
    return String.format(Locale.ROOT, "%.1f %ciB", amount, "KMGTPE".charAt(unit));
  }
}
