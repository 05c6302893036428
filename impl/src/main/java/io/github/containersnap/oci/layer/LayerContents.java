package io.github.containersnap.oci.layer;

import io.github.containersnap.oci.tar.TarEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a layer's archive says: its entries, with digests in place of what files hold. It is a
 * function of the layer's digest alone, so that who has once read the archive and found it to have
 * that digest can keep this instead.
 *
 * <p>It is kept as lines, one an entry: type, mode in octal digits, owner, group, size, device
 * number, digest of the content, name, target of a link, then {@code NAME=HEX} for each extended
 * attribute, all separated by tabs. Texts are escaped and so hold neither tabs nor ends of lines.
 */
public final class LayerContents {
  private static final String SEPARATOR = "\t";
  private static final int FIXED_FIELDS = 9;
  private static final int OCTAL = 8;
  private static final int DIGEST_DIGITS = 64;

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

  /** The lines this is kept as. */
  public List<String> toLines() {
    return entries.stream().map(LayerContents::line).toList();
  }

  private static String line(LayerEntry entry) {
    TarEntry header = entry.header();
    StringBuilder line =
        new StringBuilder(200)
            .append(header.type())
            .append('\t')
            .append(Integer.toOctalString(header.mode()))
            .append('\t')
            .append(header.uid())
            .append('\t')
            .append(header.gid())
            .append('\t')
            .append(header.size())
            .append('\t')
            .append(header.deviceNumber())
            .append('\t')
            .append(entry.contentDigest())
            .append('\t')
            .append(header.name())
            .append('\t')
            .append(header.linkName());
    header
        .extendedAttributes()
        .forEach((name, value) -> line.append('\t').append(name).append('=').append(value));
    return line.toString();
  }

  /**
   * What was kept of the layer whose digest is {@code digest}.
   *
   * @return empty if {@code lines} are not of the form that {@link #toLines} gives
   */
  public static Optional<LayerContents> ofLines(String digest, List<String> lines) {
    List<LayerEntry> entries = new ArrayList<>(lines.size());
    try {
      for (String line : lines) {
        entries.add(entry(line.split(SEPARATOR, -1)));
      }
    } catch (IllegalArgumentException notSuchALine) {
      return Optional.empty();
    }
    return Optional.of(new LayerContents(digest, entries));
  }

  private static LayerEntry entry(String[] fields) {
    if (fields.length < FIXED_FIELDS) {
      throw new IllegalArgumentException("fields are missing");
    }
    TarEntry.Type type = TarEntry.Type.valueOf(fields[0]);
    long size = Long.parseLong(fields[4]);
    int expectedDigits = type == TarEntry.Type.FILE ? DIGEST_DIGITS : 0;
    if (size < 0 || fields[6].length() != expectedDigits || fields[7].isEmpty()) {
      throw new IllegalArgumentException("a field has an impossible value");
    }
    SortedMap<String, String> attributes = new TreeMap<>();
    for (int i = FIXED_FIELDS; i < fields.length; i++) {
      int equals = fields[i].lastIndexOf('='); // names may have one, hexadecimal digits do not
      if (equals < 1) {
        throw new IllegalArgumentException("an attribute has no name or no value");
      }
      attributes.put(fields[i].substring(0, equals), fields[i].substring(equals + 1));
    }
    TarEntry header =
        new TarEntry(
            type,
            fields[7],
            fields[8],
            Integer.parseInt(fields[1], OCTAL),
            Integer.parseInt(fields[2]),
            Integer.parseInt(fields[3]),
            size,
            Long.parseLong(fields[5]),
            attributes,
            0);
    return new LayerEntry(header, fields[6]);
  }
}
