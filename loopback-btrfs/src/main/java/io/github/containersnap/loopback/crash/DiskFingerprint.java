package io.github.containersnap.loopback.crash;

import static io.github.containersnap.loopback.crash.BlockHashes.CHUNK_BYTES;
import static io.github.containersnap.loopback.crash.StateFingerprints.BLOCK_BYTES;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** The identity of a disk that is a file, comparable with those of {@link StateFingerprints}. */
public final class DiskFingerprint {
  private DiskFingerprint() {}

  /**
   * The identity of a disk that was made elsewhere, by reading all of it.
   *
   * @param base the disk as it was when the recording began
   * @param image the disk, of the same size
   */
  public static Fingerprint of(Path base, Path image) {
    byte[] before = new byte[CHUNK_BYTES];
    byte[] now = new byte[CHUNK_BYTES];
    try (FileChannel baseChannel = FileChannel.open(base, StandardOpenOption.READ);
        FileChannel imageChannel = FileChannel.open(image, StandardOpenOption.READ)) {
      if (baseChannel.size() != imageChannel.size()) {
        throw new IOException(
            "%s has %d bytes, %s has %d"
                .formatted(base, baseChannel.size(), image, imageChannel.size()));
      }
      BlockHashes hashes = new BlockHashes();
      Fingerprint identity = Fingerprint.OF_BASE;
      for (long done = 0; done < imageChannel.size(); done += CHUNK_BYTES) {
        int length = (int) Math.min(CHUNK_BYTES, imageChannel.size() - done);
        read(baseChannel, done, before, length);
        read(imageChannel, done, now, length);
        for (int at = 0; at < length; at += BLOCK_BYTES) {
          if (!Arrays.equals(before, at, at + BLOCK_BYTES, now, at, at + BLOCK_BYTES)) {
            long block = (done + at) / BLOCK_BYTES;
            identity = identity.plus(hashes.of(block, now, at)).minus(hashes.of(block, before, at));
          }
        }
      }
      return identity;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot compare %s with %s".formatted(image, base), e);
    }
  }

  private static void read(FileChannel from, long position, byte[] into, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
    while (buffer.hasRemaining()) {
      if (from.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
  }
}
