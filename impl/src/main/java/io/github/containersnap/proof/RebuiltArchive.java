package io.github.containersnap.proof;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A layer's archive, put together again from tar-split's record and the files in the layer's
 * subvolume. Nothing says that it is right before its digest does.
 */
final class RebuiltArchive extends InputStream {
  private final TarSplit pieces;
  private final SubvolumeFiles files;
  private final Map<Long, FileInArchive> read = new HashMap<>();
  private InputStream current = new ByteArrayInputStream(new byte[0]);
  private String currentPath = "";
  private long currentLeft;
  private boolean ended;
  private long offset;

  /**
   * A file whose content became part of the archive.
   *
   * @param path its real path below the subvolume
   * @param size all its bytes
   */
  record FileInArchive(String path, long size) {}

  RebuiltArchive(TarSplit pieces, SubvolumeFiles files) {
    this.pieces = pieces;
    this.files = files;
  }

  /** The file whose content begins at {@code offset} of the archive, if one does. */
  Optional<FileInArchive> fileAt(long archiveOffset) {
    return Optional.ofNullable(read.get(archiveOffset));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int start, int length) throws IOException {
    while (currentLeft == 0) {
      if (!advance()) {
        return -1;
      }
    }
    int count = current.read(buffer, start, (int) Math.min(length, currentLeft));
    if (count < 0) {
      throw new DamagedStoreException(
          "its file /%s ended with %,d bytes missing".formatted(currentPath, currentLeft));
    }
    currentLeft -= count;
    offset += count;
    return count;
  }

  private boolean advance() throws IOException {
    current.close();
    Optional<TarSplit.Piece> next = ended ? Optional.empty() : pieces.next();
    if (next.isEmpty()) {
      ended = true;
      return false;
    }
    switch (next.get()) {
      case TarSplit.Segment segment -> {
        current = new ByteArrayInputStream(segment.bytes());
        currentPath = "";
        currentLeft = segment.bytes().length;
      }
      case TarSplit.Content content -> {
        currentPath = files.locate(content.name());
        current = files.open(currentPath, content.size());
        currentLeft = content.size();
        read.put(offset, new FileInArchive(currentPath, content.size()));
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    current.close();
    pieces.close();
  }
}
