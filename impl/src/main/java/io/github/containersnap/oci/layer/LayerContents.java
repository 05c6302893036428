package io.github.containersnap.oci.layer;

import io.github.containersnap.base.BinaryInput;
import io.github.containersnap.base.BinaryOutput;
import io.github.containersnap.oci.tar.TarEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a layer's archive says: its entries, with digests in place of what files hold. It is a
 * function of the layer's digest alone, so that who has once read the archive and found it to have
 * that digest can keep this instead.
 *
 * <p>It is kept as the number of entries and, for each, its type, mode, owner, group, size and
 * device number, the digest of a regular file's content, the name, the target of a link, and the
 * names and values of its extended attributes.
 */
public final class LayerContents {
  private static final int DIGEST_BYTES = 32;
  private static final int SMALLEST_ENTRY = 9;

  /** A type is kept as its place here. */
  private static final List<TarEntry.Type> TYPES =
      List.of(
          TarEntry.Type.FILE,
          TarEntry.Type.HARD_LINK,
          TarEntry.Type.SYMLINK,
          TarEntry.Type.CHARACTER_DEVICE,
          TarEntry.Type.BLOCK_DEVICE,
          TarEntry.Type.DIRECTORY,
          TarEntry.Type.FIFO,
          TarEntry.Type.GLOBAL_HEADER);

  private final String digest;
  private final List<LayerEntry> entries;

  LayerContents(String digest, List<LayerEntry> entries) {
    this.digest = digest;
    this.entries = List.copyOf(entries);
  }

  /** The layer's digest, {@code sha256:…}. */
  public String digest() {
    return digest;
  }

  List<LayerEntry> entries() {
    return entries;
  }

  /** Writes what {@link #read} reads. */
  public void write(BinaryOutput out) throws IOException {
    out.writeNumber(entries.size());
    for (LayerEntry entry : entries) {
      TarEntry header = entry.header();
      out.writeByte(TYPES.indexOf(header.type()));
      out.writeNumber(header.mode());
      out.writeNumber(Integer.toUnsignedLong(header.uid()));
      out.writeNumber(Integer.toUnsignedLong(header.gid()));
      out.writeNumber(header.size());
      out.writeNumber(header.deviceNumber());
      out.writeHex(entry.contentDigest());
      out.writeText(header.name());
      out.writeText(header.linkName());
      out.writeNumber(header.extendedAttributes().size());
      for (var attribute : header.extendedAttributes().entrySet()) {
        out.writeText(attribute.getKey());
        out.writeText(attribute.getValue());
      }
    }
  }

  /**
   * Reads what was kept of the layer whose digest is {@code digest}.
   *
   * @throws IOException if that is not what {@link #write} writes
   */
  public static LayerContents read(String digest, BinaryInput in) throws IOException {
    int count = in.readCount(in.remaining() / SMALLEST_ENTRY);
    List<LayerEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry(in));
    }
    return new LayerContents(digest, entries);
  }

  private static LayerEntry entry(BinaryInput in) throws IOException {
    TarEntry.Type type = TYPES.get(in.readCount(TYPES.size() - 1));
    int mode = in.readCount(07777);
    int uid = (int) in.readNumber();
    int gid = (int) in.readNumber();
    long size = in.readNumber();
    long deviceNumber = in.readNumber();
    String contentDigest = in.readHex(type == TarEntry.Type.FILE ? DIGEST_BYTES : 0);
    String name = in.readText();
    String linkName = in.readText();
    if (size < 0 || name.isEmpty()) {
      throw new IOException("a field has an impossible value");
    }
    SortedMap<String, String> attributes = new TreeMap<>();
    for (int left = in.readCount(in.remaining()); left > 0; left--) {
      String attribute = in.readText();
      attributes.put(attribute, in.readText());
    }
    return new LayerEntry(
        new TarEntry(type, name, linkName, mode, uid, gid, size, deviceNumber, attributes, 0),
        contentDigest);
  }
}
