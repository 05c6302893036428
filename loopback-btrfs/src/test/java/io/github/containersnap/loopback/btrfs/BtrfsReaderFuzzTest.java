package io.github.containersnap.loopback.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.btrfs.format.Crc32c;
import io.github.containersnap.loopback.btrfs.format.MalformedFilesystemException;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import io.github.containersnap.loopback.btrfs.format.UnsupportedFilesystemException;
import io.github.containersnap.loopback.fuzz.KeptInputs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a btrfs. Only a {@link MalformedFilesystemException} or an {@link
 * UnsupportedFilesystemException} may refuse them. A view covers no more than the partition. After
 * a write, a reader that has walked before sees what a reader sees that knows nothing.
 *
 * <p>An input is blocks of 4,096 bytes, all others being zeros: each is its number in the partition
 * (two bytes), the lengths of what it begins and ends with (two bytes each), then both. The block
 * gets the right checksum, which no fuzzer would find, unless the first bit of its number is set.
 */
final class BtrfsReaderFuzzTest {
  private static final int BLOCK = 4096;
  private static final int OFFSET = 2 * BLOCK;
  private static final int BLOCKS = 128;
  private static final int SIZE = BLOCKS * BLOCK;
  private static final int HEADER = 6;
  private static final int UNSEALED = 0x8000;

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(Place.IMAGE.toFile(), "rw")) {
      int changed = write(input, image);
      try (BtrfsReader reader = BtrfsReader.open(Place.IMAGE, OFFSET, SIZE)) {
        Object before = outcome(reader, BtrfsReader::walk);
        outcome(reader, BtrfsReader::owners);
        assertThat(outcome(reader, BtrfsReader::walk)).isEqualTo(before);
        if (before instanceof FilesystemView view) {
          assertThat(view.reachable().bytes()).isBetween((long) BLOCK, (long) SIZE);
        }
        image.seek(changed);
        image.write(input, 0, Math.min(input.length, BLOCK / 2));
        reader.written(changed, BLOCK / 2);
        assertThat(outcome(reader, BtrfsReader::walk)).isEqualTo(freshOutcome());
      }
    }
  }

  private static Object freshOutcome() {
    try (BtrfsReader fresh = BtrfsReader.open(Place.IMAGE, OFFSET, SIZE)) {
      return outcome(fresh, BtrfsReader::walk);
    }
  }

  private static Object outcome(BtrfsReader reader, Function<BtrfsReader, Object> look) {
    try {
      return look.apply(reader);
    } catch (MalformedFilesystemException | UnsupportedFilesystemException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** Writes the image; returns where in it the last block is. */
  private static int write(byte[] input, RandomAccessFile image) throws IOException {
    image.setLength(0);
    image.setLength(OFFSET + SIZE + BLOCK);
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int position = OFFSET;
    while (bytes.remaining() >= HEADER) {
      int number = Short.toUnsignedInt(bytes.getShort());
      int head = Math.min(Short.toUnsignedInt(bytes.getShort()) % (BLOCK + 1), bytes.remaining());
      int tail = Math.min(Short.toUnsignedInt(bytes.getShort()), BLOCK - head);
      byte[] block = new byte[BLOCK];
      bytes.get(block, 0, Math.min(head, bytes.remaining()));
      tail = Math.min(tail, bytes.remaining());
      bytes.get(block, BLOCK - tail, tail);
      if ((number & UNSEALED) == 0) {
        int sum = new Crc32c().of(block, Crc32c.FIELD_BYTES, BLOCK - Crc32c.FIELD_BYTES);
        Superblock.littleEndian(block).putInt(0, sum);
      }
      position = OFFSET + number % BLOCKS * BLOCK;
      image.seek(position);
      image.write(block);
    }
    return position;
  }

  /** Where the image lies, one for all inputs. */
  private static final class Place {
    private static final Path IMAGE = made();

    private static Path made() {
      try {
        return Files.createTempFile("btrfs", ".img");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("BtrfsReader", BtrfsReaderFuzzTest::fuzzerTestOneInput);
  }
}
