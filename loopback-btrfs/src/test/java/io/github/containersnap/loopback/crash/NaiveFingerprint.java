package io.github.containersnap.loopback.crash;

import io.github.containersnap.base.Sha256;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The definition of a fingerprint, computed over whole disks. */
final class NaiveFingerprint {

  private NaiveFingerprint() {}

  static BigInteger of(byte[] base, byte[] disk) {
    return sum(disk).subtract(sum(base)).mod(BigInteger.ONE.shiftLeft(256));
  }

  private static BigInteger sum(byte[] disk) {
    BigInteger sum = BigInteger.ZERO;
    for (int block = 0; block < disk.length / 4096; block++) {
      byte[] content = Arrays.copyOfRange(disk, block * 4096, (block + 1) * 4096);
      if (!Arrays.equals(content, new byte[4096])) {
        byte[] input = ByteBuffer.allocate(8 + 4096).putLong(block).put(content).array();
        sum = sum.add(new BigInteger(1, sha256(input)));
      }
    }
    return sum;
  }

  private static byte[] sha256(byte[] input) {
    return Sha256.of(input);
  }
}
