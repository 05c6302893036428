package io.github.containersnap.oci;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** The entries of a tar archive; the content of each file is read and hashed on the way. */
final class EntriesOfArchive implements LayerEntries {
  private final TarReader reader;
  private final byte[] buffer = new byte[1 << 16];

  EntriesOfArchive(InputStream tar) {
    this.reader = new TarReader(tar);
  }

  @Override
  public Optional<LayerEntry> next() throws IOException {
    Optional<TarEntry> header = reader.next();
    if (header.isEmpty()) {
      reader.drain();
      return Optional.empty();
    }
    return Optional.of(
        new LayerEntry(
            header.get(), header.get().type() == TarEntry.Type.FILE ? digestOfContent() : ""));
  }

  private String digestOfContent() throws IOException {
    MessageDigest sha256 = Digests.sha256();
    InputStream content = reader.content();
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      sha256.update(buffer, 0, count);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
