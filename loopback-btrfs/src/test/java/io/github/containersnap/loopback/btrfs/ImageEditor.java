package io.github.containersnap.loopback.btrfs;

import io.github.containersnap.loopback.btrfs.format.Crc32c;
import io.github.containersnap.loopback.btrfs.format.Superblock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Changes bytes of an image; offsets count from its start. */
public record ImageEditor(Path image) {
  byte[] read(long offset, int length) {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      byte[] bytes = new byte[length];
      file.seek(offset);
      file.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(long offset, byte[] bytes) {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Inverts one byte. */
  public void flip(long offset) {
    byte[] one = read(offset, 1);
    one[0] ^= (byte) 0xff;
    write(offset, one);
  }

  /** Edits a superblock or tree node and gives it the checksum that belongs to it then. */
  public void rewrite(long offset, int length, Consumer<ByteBuffer> edit) {
    byte[] block = read(offset, length);
    ByteBuffer bytes = Superblock.littleEndian(block);
    edit.accept(bytes);
    bytes.putInt(0, new Crc32c().of(block, Crc32c.FIELD_BYTES, length - Crc32c.FIELD_BYTES));
    write(offset, block);
  }
}
