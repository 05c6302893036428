package io.github.containersnap.loopback.crash;

import static io.github.containersnap.loopback.crash.StateFingerprints.BLOCK_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The disk as it was when the recording began. For one thread. */
final class BaseBlocks implements AutoCloseable {
  private final Path image;
  private final FileChannel channel;
  private final BlockHashes hashes;

  private BaseBlocks(Path image, FileChannel channel, BlockHashes hashes) {
    this.image = image;
    this.channel = channel;
    this.hashes = hashes;
  }

  static BaseBlocks of(Path image, BlockHashes hashes) throws IOException {
    return new BaseBlocks(image, FileChannel.open(image, StandardOpenOption.READ), hashes);
  }

  /** The content of one block. */
  byte[] block(long block) throws IOException {
    return read(block * BLOCK_BYTES, BLOCK_BYTES);
  }

  /** The identity of one block. */
  Fingerprint hash(long block) throws IOException {
    return hashes.of(block, block(block), 0);
  }

  /** A stretch of {@code length} bytes from byte {@code offset} on; whole blocks. */
  Stretch stretch(long offset, int length) {
    return new Stretch(offset, length);
  }

  private byte[] read(long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException(
            "%s ends at byte %d: it is not the recorded disk"
                .formatted(image, offset + buffer.position()));
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A part of the disk, read at once and only if one of its blocks is asked for. */
  final class Stretch {
    private final long offset;
    private final int length;
    private byte[] content = new byte[0];

    private Stretch(long offset, int length) {
      this.offset = offset;
      this.length = length;
    }

    /** The identity of the block {@code position} bytes into the stretch. */
    Fingerprint hash(int position) throws IOException {
      if (content.length == 0) {
        content = read(offset, length);
      }
      return hashes.of((offset + position) / BLOCK_BYTES, content, position);
    }
  }
}
