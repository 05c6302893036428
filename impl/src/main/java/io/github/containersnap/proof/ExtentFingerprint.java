package io.github.containersnap.proof;

import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a regular file's content is made of on disk, as SHA-256: its length and, for each stretch,
 * where in the file it lies, the whole item that describes it (struct btrfs_file_extent_item: the
 * bytes themselves if they are stored inline, else which part of which extent on disk they are, and
 * how they are compressed), and the transaction that allocated that extent.
 *
 * <p>On one filesystem two files with one fingerprint have one content, also when the two were
 * looked at a year apart. btrfs never writes into an extent that holds data: it writes elsewhere
 * and changes the item. An extent is told from every other one, past or future, by its place and
 * the transaction that allocated it, because a place that becomes free is given away again only in
 * a later transaction. What holds for neither has no fingerprint: files that are written in place
 * ({@code chattr +C}, swap files) and extents that are allocated before they are written.
 */
final class ExtentFingerprint {
  private static final long WRITTEN_IN_PLACE = 1 | 1 << 1; // BTRFS_INODE_NODATASUM, NODATACOW

  /** Where struct btrfs_file_extent_item has how the data is compressed, a byte. */
  static final int COMPRESSION = 16;

  /** Where it has the data itself, if that is stored inline. */
  static final int INLINE_DATA = 21;

  private static final int ENCRYPTION = 17; // a byte, and two of other encodings after it
  private static final int TYPE = 20;
  private static final int INLINE = 0; // BTRFS_FILE_EXTENT_INLINE
  private static final int REGULAR = 1; // BTRFS_FILE_EXTENT_REG
  private static final int START = 21;
  private static final int LENGTH = 29;
  private static final int REGULAR_SIZE = 53;
  private static final HexFormat HEX = HexFormat.of();

  private final ExtentGenerations extents;
  private final MessageDigest sha256 = Sha256.digest();
  private final ByteBuffer numbers = ByteBuffer.allocate(2 * Long.BYTES);
  private boolean exists;

  /** A fingerprint with nothing in it; it is used for one file after the other. */
  ExtentFingerprint(ExtentGenerations extents) {
    this.extents = extents;
  }

  /** Knows which transaction allocated an extent. */
  @FunctionalInterface
  interface ExtentGenerations {
    /** The transaction that allocated the extent of {@code length} bytes at {@code start}. */
    OptionalLong of(long start, long length) throws IOException;
  }

  /** Begins with a file of {@code size} bytes and these flags (BTRFS_INODE_…). */
  void begin(long size, long flags) {
    exists = (flags & WRITTEN_IN_PLACE) == 0;
    add(size, 0);
  }

  /** Adds the stretch at {@code offset} of the file; {@code item} is read to its end. */
  void add(long offset, ByteBuffer item) throws IOException {
    if (item.remaining() <= INLINE_DATA
        || item.get(ENCRYPTION) != 0
        || item.getShort(ENCRYPTION + 1) != 0) {
      exists = false;
      return;
    }
    long allocated =
        switch (item.get(TYPE)) {
          case INLINE -> 0;
          case REGULAR -> item.remaining() == REGULAR_SIZE ? generation(item) : -1;
          default -> -1;
        };
    if (allocated < 0) {
      exists = false;
      return;
    }
    add(offset, item.remaining());
    add(allocated, 0);
    sha256.update(item);
  }

  private long generation(ByteBuffer item) throws IOException {
    long start = item.getLong(START);
    boolean hole = start == 0;
    return hole ? 0 : extents.of(start, item.getLong(LENGTH)).orElse(-1);
  }

  private void add(long first, long second) {
    sha256.update(numbers.putLong(0, first).putLong(Long.BYTES, second).array());
  }

  /** The fingerprint in hexadecimal digits, if this file can have one. */
  Optional<String> end() {
    byte[] digest = sha256.digest();
    return exists ? Optional.of(HEX.formatHex(digest)) : Optional.empty();
  }
}
