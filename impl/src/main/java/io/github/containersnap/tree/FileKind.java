package io.github.containersnap.tree;

import java.util.Optional;

/** The types of file that Linux knows (inode(7), the S_IFMT bits of a mode). */
public enum FileKind {
  /** A directory. */
  DIRECTORY("a directory", 0040000),
  /** A regular file. */
  FILE("a file", 0100000),
  /** A symbolic link. */
  SYMLINK("a symbolic link", 0120000),
  /** A character device. */
  CHARACTER_DEVICE("a character device", 0020000),
  /** A block device. */
  BLOCK_DEVICE("a block device", 0060000),
  /** A named pipe. */
  FIFO("a named pipe", 0010000),
  /** A socket of a local protocol. */
  SOCKET("a socket", 0140000);

  private static final int TYPE_BITS = 0170000;

  private final String words;
  private final int bits;

  FileKind(String words, int bits) {
    this.words = words;
    this.bits = bits;
  }

  /** The kind with its article, for messages: "a directory". */
  public String words() {
    return words;
  }

  /** Whether this is a device, which has a device number. */
  public boolean isDevice() {
    return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
  }

  /** The kind that the type bits of {@code mode} (st_mode of stat(2)) say, if Linux has it. */
  public static Optional<FileKind> ofMode(int mode) {
    for (FileKind kind : values()) {
      if (kind.bits == (mode & TYPE_BITS)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
