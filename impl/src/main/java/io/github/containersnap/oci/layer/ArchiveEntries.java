package io.github.containersnap.oci.layer;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.oci.tar.TarEntry;
import io.github.containersnap.oci.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** The entries of a tar archive; the content of each file is read and hashed on the way. */
final class ArchiveEntries implements LayerEntries {
  private final TarReader reader;
  private final SmallFileContents contents;
  private final byte[] buffer = new byte[1 << 16];

  ArchiveEntries(InputStream tar) {
    this(tar, SmallFileContents.none());
  }

  ArchiveEntries(InputStream tar, SmallFileContents contents) {
    this.reader = new TarReader(tar);
    this.contents = contents;
  }

  @Override
  public Optional<LayerEntry> next() throws IOException {
    Optional<TarEntry> header = reader.next();
    if (header.isEmpty()) {
      reader.drain();
      return Optional.empty();
    }
    return Optional.of(new LayerEntry(header.get(), digestOfContent(header.get())));
  }

  private String digestOfContent(TarEntry header) throws IOException {
    if (header.type() != TarEntry.Type.FILE) {
      return "";
    }
    return contents.wants(header) ? digestOfKeptContent() : digestOfContent();
  }

  private String digestOfKeptContent() throws IOException {
    byte[] content = reader.content().readAllBytes();
    String digest = Sha256.hex(content);
    contents.keep(digest, content);
    return digest;
  }

  private String digestOfContent() throws IOException {
    MessageDigest sha256 = Sha256.digest();
    InputStream content = reader.content();
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      sha256.update(buffer, 0, count);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
