package io.github.containersnap.loopback.btrfs.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The part of an image that holds the btrfs. Positions are bytes from the partition's start.
 *
 * <p>Reads go through {@code pread}, not a mapping: an image that is truncated meanwhile is then an
 * exception with a number in it, not a signal.
 */
public final class Partition implements AutoCloseable {
  /** What others count blocks by; no btrfs that this reads has smaller ones. */
  public static final int BLOCK_BYTES = 4096;

  /** Positions are block numbers in a bit set of ints: 8 TiB. */
  private static final long LARGEST_IMAGE = (long) Integer.MAX_VALUE * BLOCK_BYTES;

  private final Path image;
  private final long offset;
  private final long size;
  private final FileChannel channel;

  private Partition(Path image, long offset, long size, FileChannel channel) {
    this.image = image;
    this.offset = offset;
    this.size = size;
    this.channel = channel;
  }

  /**
   * Opens a btrfs in a disk image, for reading.
   *
   * @param offset where it begins in the image, in bytes
   * @param size its size in bytes
   */
  public static Partition open(Path image, long offset, long size) {
    ImageRange.requireValid(offset, size);
    if (offset + size > LARGEST_IMAGE) {
      throw new UnsupportedFilesystemException(image, "an end beyond 8 TiB");
    }
    try {
      FileChannel channel = FileChannel.open(image, StandardOpenOption.READ);
      long present = channel.size();
      if (present < offset + size) {
        channel.close();
        throw new MalformedFilesystemException(
            image,
            present,
            "the image ends here, the partition of %d bytes at byte %d does not"
                .formatted(size, offset));
      }
      return new Partition(image, offset, size, channel);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be opened".formatted(image), e);
    }
  }

  /** Its size in bytes. */
  public long size() {
    return size;
  }

  /** Whether the range lies in the partition. */
  public boolean contains(long position, long length) {
    return position >= 0 && length >= 0 && position <= size - length;
  }

  /** Where a byte of the partition lies in the image. */
  public long imageOffset(long position) {
    return offset + position;
  }

  /** Fills the first {@code length} bytes of {@code target}. */
  public void read(long position, byte[] target, int length) {
    if (!contains(position, length)) {
      throw new IllegalArgumentException(
          "%d bytes at %d are outside a partition of %d".formatted(length, position, size));
    }
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, length);
    try {
      while (buffer.hasRemaining()) {
        long at = offset + position + buffer.position();
        if (channel.read(buffer, at) < 0) {
          throw new EOFException("it ended at byte %d while being read".formatted(at));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s: %d bytes at byte %d cannot be read".formatted(image, length, imageOffset(position)),
          e);
    }
  }

  MalformedFilesystemException malformed(long position, String what) {
    return new MalformedFilesystemException(image, imageOffset(position), what);
  }

  UnsupportedFilesystemException unsupported(String feature) {
    return new UnsupportedFilesystemException(image, feature);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be closed".formatted(image), e);
    }
  }
}
