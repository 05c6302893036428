package io.github.containersnap.loopback.crash;

import java.nio.ByteBuffer;

/**
 * The identity of a disk's content: a number of 256 bits, most significant part first. Fingerprints
 * can be compared if they come from the same base image.
 */
public record Fingerprint(long highest, long high, long low, long lowest) {

  /** The fingerprint of a disk that does not differ from its base. */
  public static final Fingerprint OF_BASE = new Fingerprint(0, 0, 0, 0);

  static Fingerprint ofDigest(byte[] sha256) {
    ByteBuffer buffer = ByteBuffer.wrap(sha256);
    return new Fingerprint(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** The sum modulo 2^256. */
  Fingerprint plus(Fingerprint other) {
    long sum0 = lowest + other.lowest;
    long carry = Long.compareUnsigned(sum0, lowest) < 0 ? 1 : 0;
    long sum1 = low + other.low + carry;
    carry = carryOf(low, other.low, carry);
    long sum2 = high + other.high + carry;
    carry = carryOf(high, other.high, carry);
    return new Fingerprint(highest + other.highest + carry, sum2, sum1, sum0);
  }

  /** The difference modulo 2^256. */
  Fingerprint minus(Fingerprint other) {
    Fingerprint one = new Fingerprint(0, 0, 0, 1);
    Fingerprint complement =
        new Fingerprint(~other.highest, ~other.high, ~other.low, ~other.lowest);
    return plus(complement).plus(one);
  }

  private static long carryOf(long a, long b, long carry) {
    long sum = a + b;
    boolean carried = Long.compareUnsigned(sum, a) < 0;
    return carried || (carry == 1 && sum == -1L) ? 1 : 0;
  }

  /** The number in hexadecimal, 64 digits. */
  @Override
  public String toString() {
    return "%016x%016x%016x%016x".formatted(highest, high, low, lowest);
  }
}
