package io.github.containersnap.oci.tar;

import io.github.containersnap.linux.EscapedBytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive from a stream, entry by entry: ustar, pax extended headers with binary
 * extended attributes ({@code SCHILY.xattr.}), GNU long names and long links, numbers in base 256.
 *
 * <p>The archive is hostile until read: checksums are verified, everything that is kept is bounded,
 * and content never reaches beyond what the stream really holds. Sparse files, multi-volume
 * archives and global headers that change entries are refused, because the tools that unpack layers
 * disagree on them. Commons Compress is no replacement: it decodes attribute values as text.
 */
public final class TarReader {
  private static final int MOST_HEADERS = 8_000_000;
  private static final int LARGEST_EXTENSION = 1 << 20;
  private static final long LARGEST_FILE = 1L << 42;
  private static final long LARGEST_ID = 0xffff_fffeL;

  /** What the holes of all sparse files may add up to: unpacked, they take up room. */
  private static final long MOST_HOLES = 1L << 34;

  private final InputStream in;
  private final Content stored = new Content();
  private final byte[] skipped = new byte[1 << 16];
  private long offset;
  private int padding;
  private int headers;
  private boolean ended;
  private String currentName = "";
  private InputStream content = stored;
  private long holes;

  /** A reader of the archive that {@code in} is at the start of; the caller closes the stream. */
  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next entry, or empty at the end of the archive. What is left of the content before it is
   * skipped.
   *
   * @throws MalformedArchiveException if the archive does not keep to its format
   * @throws IOException if the stream itself cannot be read
   */
  public Optional<TarEntry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    Extensions extensions = new Extensions();
    while (true) {
      skipContent();
      TarHeader header = nextHeader();
      if (header == null) {
        if (!extensions.isEmpty()) {
          throw malformed("it ends after an extended header");
        }
        return Optional.empty();
      }
      try {
        if (!header.restIsNumbers()) {
          throw new IllegalArgumentException("the header's times or device number are no numbers");
        }
        if (!extensions.absorb(header)) {
          return Optional.of(entry(header, extensions));
        }
      } catch (IllegalArgumentException e) {
        throw malformed(String.valueOf(e.getMessage()));
      }
    }
  }

  /** The content of the entry last returned; it ends where the entry ends. */
  public InputStream content() {
    return content;
  }

  /**
   * Reads what follows the end of the archive, so that the whole stream has been read (a digest
   * covers all of it).
   */
  public void drain() throws IOException {
    ended = true;
    for (int count = in.read(skipped); count >= 0; count = in.read(skipped)) {
      offset += count;
    }
  }

  private @Nullable TarHeader nextHeader() throws IOException {
    TarHeader header = readBlock();
    if (header == null || header.isZero()) {
      if (header != null) {
        TarHeader second = readBlock();
        if (second != null && !second.isZero()) {
          throw malformed("a single block of zeros stands inside the archive");
        }
      }
      ended = true;
      return null;
    }
    if (++headers > MOST_HEADERS) {
      throw malformed("it has more than %,d headers".formatted(MOST_HEADERS));
    }
    if (!checksumHolds(header)) {
      throw malformed("the header's checksum is wrong");
    }
    return header;
  }

  private static boolean checksumHolds(TarHeader header) {
    try {
      return header.checksumHolds();
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private @Nullable TarHeader readBlock() throws IOException {
    byte[] block = new byte[TarHeader.BLOCK];
    int count = in.readNBytes(block, 0, block.length);
    offset += count;
    if (count == 0) {
      return null;
    }
    if (count < block.length) {
      throw malformed("it ends inside a header");
    }
    return new TarHeader(block);
  }

  private TarEntry entry(TarHeader header, Extensions extensions) throws IOException {
    String name = extensions.name(header);
    currentName = name;
    TarEntry.Type type = type(header.type(), name);
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    boolean link = type == TarEntry.Type.SYMLINK || type == TarEntry.Type.HARD_LINK;
    // Only regular files have content: hard links of some archives carry a size and no bytes.
    long size = type == TarEntry.Type.FILE ? extensions.number("size", header.size()) : 0;
    requireUsual(size);
    stored.begin(size);
    content = stored;
    PaxRecords.SparseFormat format = extensions.records.sparseFormat();
    if (format != PaxRecords.SparseFormat.NONE) {
      if (type != TarEntry.Type.FILE) {
        throw new IllegalArgumentException("something else than a file is sparse");
      }
      name = extensions.sparseName(name);
      currentName = name;
      size = beginSparse(format, extensions.records);
    }
    String linkName = link ? extensions.linkName(header) : "";
    if (link && linkName.isEmpty()) {
      throw new IllegalArgumentException("the link has no target");
    }
    return new TarEntry(
        type,
        name,
        linkName,
        (int) (header.mode() & 07777),
        id("uid", extensions.number("uid", header.uid())),
        id("gid", extensions.number("gid", header.gid())),
        size,
        device ? deviceNumber(header.deviceMajor(), header.deviceMinor()) : 0,
        extensions.records.extendedAttributes(),
        offset);
  }

  private static void requireUsual(long size) {
    if (size > LARGEST_FILE) {
      throw new IllegalArgumentException("a size of %,d bytes is absurd".formatted(size));
    }
  }

  /** The content of the entry, whose bytes in the archive are next, is a sparse file's. */
  private long beginSparse(PaxRecords.SparseFormat format, PaxRecords records) throws IOException {
    long size = records.sparseSize().orElse(stored.left);
    requireUsual(size);
    SparseMap map;
    if (format == PaxRecords.SparseFormat.MAP_IN_CONTENT) {
      map = SparseMap.read(stored, size);
    } else {
      List<String> numbers = records.sparseMap();
      if (records.sparseCount().orElse(-1) != numbers.size() / 2) {
        throw new IllegalArgumentException("the map of a sparse file has another length than said");
      }
      map = SparseMap.of(numbers, size);
    }
    if (map.stored() != stored.left) {
      throw new IllegalArgumentException(
          "the map of a sparse file is of %,d bytes, and %,d follow"
              .formatted(map.stored(), stored.left));
    }
    holes += size - map.stored();
    if (holes > MOST_HOLES) {
      throw new IllegalArgumentException(
          "its sparse files have holes of more than %,d bytes, which unpacking fills"
              .formatted(MOST_HOLES));
    }
    content = map.content(stored);
    return size;
  }

  private static TarEntry.Type type(byte flag, String name) {
    return switch (flag) {
      case 0 -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '0' -> TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      case 'g' -> TarEntry.Type.GLOBAL_HEADER;
      case 'S' ->
          throw new IllegalArgumentException(
              "a sparse file in GNU tar's old format is not supported; write the archive with"
                  + " --format=pax");
      default ->
          throw new IllegalArgumentException(
              "the type \"" + EscapedBytes.toText(new byte[] {flag}) + "\" is not supported");
    };
  }

  private static int id(String what, long value) {
    if (value > LARGEST_ID) {
      throw new IllegalArgumentException("the " + what + " " + value + " is out of range");
    }
    return (int) value;
  }

  /** makedev(3): how Linux packs a device's two numbers. */
  private static long deviceNumber(long major, long minor) {
    if (major > 0xfff || minor > 0xf_ffff) {
      throw new IllegalArgumentException(
          "the device number %d:%d is out of range".formatted(major, minor));
    }
    return (minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12);
  }

  private void skipContent() throws IOException {
    stored.skipRest();
    // An archive may end without the padding of its last file: fewer bytes are no fault here.
    offset += in.readNBytes(skipped, 0, padding);
    padding = 0;
  }

  private MalformedArchiveException malformed(String why) {
    return new MalformedArchiveException(offset, currentName, why);
  }

  /** What the headers before an entry say about it. */
  private final class Extensions {
    private PaxRecords records = PaxRecords.parse(new byte[0]);
    private byte @Nullable [] longName;
    private byte @Nullable [] longLink;
    private boolean any;

    boolean isEmpty() {
      return !any;
    }

    /** Takes in an extended header with its content; false if the header is an entry's own. */
    boolean absorb(TarHeader header) throws IOException {
      switch (header.type()) {
        case 'x' -> records = PaxRecords.parse(extension(header));
        case 'g' -> {
          if (PaxRecords.parse(extension(header)).changesEntries()) {
            throw new IllegalArgumentException(
                "a global header changes entries, on which tools disagree");
          }
          // podman forgets what stood before it, and takes its name for an entry's.
          skipContent(); // the padding; as an entry it has no content
          records = PaxRecords.parse(new byte[0]);
          longName = null;
          longLink = null;
          return false;
        }
        case 'L' -> longName = untilZero(extension(header));
        case 'K' -> longLink = untilZero(extension(header));
        default -> {
          return false;
        }
      }
      any = true;
      return true;
    }

    private byte[] extension(TarHeader header) throws IOException {
      long size = header.size();
      if (size > LARGEST_EXTENSION) {
        throw new IllegalArgumentException(
            "an extended header of %,d bytes is absurd".formatted(size));
      }
      stored.begin(size);
      return stored.readAllBytes();
    }

    private static byte[] untilZero(byte[] bytes) {
      int end = 0;
      while (end < bytes.length && bytes[end] != 0) {
        end++;
      }
      return Arrays.copyOf(bytes, end);
    }

    String name(TarHeader header) {
      byte[] name = first(longName, records.get("path"), header.name());
      if (name.length == 0) {
        throw new IllegalArgumentException("an entry has no name");
      }
      return EscapedBytes.toText(name);
    }

    String linkName(TarHeader header) {
      return EscapedBytes.toText(first(longLink, records.get("linkpath"), header.linkName()));
    }

    String sparseName(String otherwise) {
      byte[] name = records.sparseName();
      return name == null ? otherwise : EscapedBytes.toText(name);
    }

    private static byte[] first(byte @Nullable [] a, byte @Nullable [] b, byte[] c) {
      if (a != null && a.length > 0) {
        return a;
      }
      return b != null ? b : c;
    }

    long number(String key, long otherwise) {
      OptionalLong value = records.number(key);
      return value.orElse(otherwise);
    }
  }

  /** The bytes of one entry. */
  private final class Content extends InputStream {
    private long left;

    void begin(long size) {
      left = size;
      padding = (int) (-size & (TarHeader.BLOCK - 1));
    }

    void skipRest() throws IOException {
      while (left > 0) {
        read(skipped, 0, skipped.length);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int start, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(buffer, start, (int) Math.min(length, left));
      if (count < 0) {
        throw malformed("it ends with %,d bytes of the content missing".formatted(left));
      }
      offset += count;
      left -= count;
      return count;
    }
  }
}
