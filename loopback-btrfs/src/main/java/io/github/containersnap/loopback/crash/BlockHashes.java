package io.github.containersnap.loopback.crash;

import static io.github.containersnap.loopback.crash.StateFingerprints.BLOCK_BYTES;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.loopback.log.LogBytes;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** The identities of single blocks, of which that of a disk is the sum. For one thread. */
final class BlockHashes {
  /** How many bytes are read at once; whole blocks. */
  static final int CHUNK_BYTES = 1 << 20;

  private static final byte[] ZEROS = new byte[BLOCK_BYTES];

  private final MessageDigest sha256 = Sha256.digest();

  /**
   * The identity of one block.
   *
   * @param block its number on the disk
   * @param content where its bytes are, from index {@code from}
   */
  Fingerprint of(long block, byte[] content, int from) {
    if (isZero(content, from)) {
      return Fingerprint.OF_BASE; // zero: a block of zeros takes no part in the sum
    }
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, block));
    sha256.update(content, from, BLOCK_BYTES);
    return Fingerprint.ofDigest(sha256.digest());
  }

  private static boolean isZero(byte[] content, int from) {
    return Arrays.equals(content, from, from + BLOCK_BYTES, ZEROS, 0, BLOCK_BYTES);
  }

  /**
   * The identities of the blocks of a change once it has arrived.
   *
   * @throws IllegalArgumentException if it does not change whole blocks
   */
  Fingerprint[] of(LogEntry.Change change, LogBytes bytes) throws IOException {
    if (change.offset() % BLOCK_BYTES != 0 || change.length() % BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "Entry %d changes %d bytes at byte %d, which are not whole blocks of %d bytes"
              .formatted(change.index(), change.length(), change.offset(), BLOCK_BYTES));
    }
    Fingerprint[] all = new Fingerprint[Math.toIntExact(change.length() / BLOCK_BYTES)];
    Arrays.fill(all, Fingerprint.OF_BASE); // as a discard leaves them
    if (change instanceof LogEntry.Write write) {
      byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, change.length())];
      for (long done = 0; done < change.length(); done += chunk.length) {
        int length = (int) Math.min(chunk.length, change.length() - done);
        bytes.read(write, done, ByteBuffer.wrap(chunk, 0, length));
        for (int at = 0; at < length; at += BLOCK_BYTES) {
          long block = (change.offset() + done + at) / BLOCK_BYTES;
          all[(int) ((done + at) / BLOCK_BYTES)] = of(block, chunk, at);
        }
      }
    }
    return all;
  }
}
