package io.github.containersnap.harness.fault;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.linux.ExtendedAttributes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Files of the machine's own in /var that take up a disk, down to a wanted rest.
 *
 * @param top where the machine is mounted
 */
record FillerFiles(Path top) {
  private static final int PIECE = 1 << 20;

  private Path directory() {
    return top.resolve("@var/filling");
  }

  private Btrfs.Space space() {
    return new BtrfsProgs().space(top);
  }

  private void commit() {
    new BtrfsProgs().commit(top);
  }

  /** Fills with data until no more than {@code rest} bytes are free. */
  void data(long rest) throws IOException {
    Files.createDirectories(directory());
    byte[] piece = new byte[PIECE];
    new Random(1).nextBytes(piece);
    try {
      commit();
      for (long left = space().data().count() - rest; left > 0; ) {
        try (OutputStream out = open("data")) {
          for (; left > 0; left -= PIECE) {
            out.write(piece, 0, (int) Math.min(left, PIECE));
          }
        }
        commit();
        left = Math.max(0, space().data().count() - rest);
      }
      for (int size = PIECE; rest == 0 && size >= 4096; size /= 16) {
        pieces(piece, size);
      }
    } catch (IOException full) {
      requireFull(full);
    }
    commit();
  }

  /** Fills with data until not one byte is free. */
  void toTheLastByte() {
    try {
      data(0);
    } catch (IOException e) {
      throw new UncheckedIOException("the disk could not be filled", e);
    }
  }

  private void pieces(byte[] piece, int size) throws IOException {
    try (OutputStream out = open("piece-" + size)) {
      while (true) {
        out.write(piece, 0, size);
      }
    } catch (IOException full) {
      requireFull(full);
    }
  }

  private OutputStream open(String name) throws IOException {
    return Files.newOutputStream(
        directory().resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.DSYNC);
  }

  /** Fills with metadata, extended attributes of a node each, until only {@code rest} is free. */
  void metadata(long rest) throws IOException {
    Files.createDirectories(directory());
    byte[] node = new byte[16_000];
    try {
      for (int i = 0; ; i++) {
        if (i % 4 == 0) {
          commit();
          if (space().metadata().count() <= rest) {
            return;
          }
        }
        Path file = Files.createFile(directory().resolve("metadata-" + i));
        for (int attribute = 0; attribute < 16; attribute++) {
          ExtendedAttributes.set(file, "user.fill." + attribute, node);
        }
      }
    } catch (IOException full) {
      requireFull(full);
    }
  }

  /**
   * Takes it all away. What was full of metadata keeps the room set apart for metadata, until it is
   * balanced.
   */
  void remove() {
    ExternalCommand.of("rm", "-rf", directory()).run();
    commit();
    ExternalCommand.of("btrfs", "balance", "start", "-musage=80", "-dusage=80", top).run();
  }

  private static void requireFull(IOException failure) throws IOException {
    String message = failure.toString();
    if (!message.contains("No space left") && !message.contains("ENOSPC")) {
      throw failure;
    }
  }
}
