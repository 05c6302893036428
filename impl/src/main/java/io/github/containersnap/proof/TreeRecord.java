package io.github.containersnap.proof;

import io.github.containersnap.base.BinaryInput;
import io.github.containersnap.base.BinaryOutput;
import io.github.containersnap.oci.layer.BaseTree.BaseFile;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What a proof found in a layer's subvolume, as bytes that are looked into without being taken
 * apart: the inodes that differ from those of the layer below, or all of them.
 *
 * <p>After the {@link Header} come the inodes, then the number of each and where it is described,
 * sorted by number, then where that list begins, then SHA-256 of it all.
 */
final class TreeRecord {
  private static final String TITLE = "container-snap tree 1";
  private static final int MOST_LAYERS = 1 << 10;
  private static final int DIGEST_BYTES = 32;
  private static final int SLOT = 2 * Long.BYTES;
  private static final int LINKED = 1 << 7;

  /** A kind is kept as its place here. */
  private static final List<FileKind> KINDS =
      List.of(
          FileKind.DIRECTORY,
          FileKind.FILE,
          FileKind.SYMLINK,
          FileKind.CHARACTER_DEVICE,
          FileKind.BLOCK_DEVICE,
          FileKind.FIFO,
          FileKind.SOCKET);

  private final Header header;
  private final String seal;
  private final BinaryInput fields;
  private final int index;
  private final int count;

  private TreeRecord(Header header, String seal, BinaryInput fields, int index, int count) {
    this.header = header;
    this.seal = seal;
    this.fields = fields;
    this.index = index;
    this.count = count;
  }

  /**
   * What a record is of.
   *
   * @param filesystem the UUID of the filesystem
   * @param subvolume the UUID of the subvolume
   * @param generation the last transaction that changed the subvolume before it was proven
   * @param diffIds the digests of the layers that make the tree, bottom first
   * @param below the seal of the record that has all other inodes; "" if there are none
   */
  record Header(
      String filesystem, UUID subvolume, long generation, List<String> diffIds, String below) {
    Header {
      diffIds = List.copyOf(diffIds);
    }
  }

  /**
   * An inode as a record has it.
   *
   * @param file what it is; the attributes that {@link io.github.containersnap.tree.HostAttributes}
   *     names are left out
   * @param isLinked whether it has several names
   */
  record Recorded(BaseFile file, boolean isLinked) {}

  /**
   * Writes a record.
   *
   * @param inodes sorted by number
   * @param digests SHA-256 of what each regular file among them holds
   */
  static void write(
      OutputStream stream, Header header, Collection<FoundInode> inodes, Map<Long, String> digests)
      throws IOException {
    BinaryOutput out = new BinaryOutput(stream);
    out.writeText(TITLE);
    out.writeText(header.filesystem());
    out.writeLong(header.subvolume().getMostSignificantBits());
    out.writeLong(header.subvolume().getLeastSignificantBits());
    out.writeLong(header.generation());
    out.writeNumber(header.diffIds().size());
    for (String diffId : header.diffIds()) {
      out.writeText(diffId);
    }
    out.writeText(header.below());
    long[] slots = new long[2 * inodes.size()];
    int slot = 0;
    for (FoundInode inode : inodes) {
      slots[slot++] = inode.number();
      slots[slot++] = out.position();
      write(out, inode, digests.getOrDefault(inode.number(), ""));
    }
    long index = out.position();
    for (long each : slots) {
      out.writeLong(each);
    }
    out.writeLong(index);
    out.seal();
  }

  private static void write(BinaryOutput out, FoundInode inode, String digest) throws IOException {
    out.writeByte(KINDS.indexOf(inode.kind()) | (inode.names().size() > 1 ? LINKED : 0));
    out.writeNumber(inode.kind() == FileKind.DIRECTORY ? inode.directory() : 0);
    out.writeNumber(inode.mode());
    out.writeNumber(Integer.toUnsignedLong(inode.uid()));
    out.writeNumber(Integer.toUnsignedLong(inode.gid()));
    out.writeNumber(inode.extendedAttributes().size());
    for (Map.Entry<String, String> attribute : inode.extendedAttributes().entrySet()) {
      out.writeText(attribute.getKey());
      out.writeText(attribute.getValue());
    }
    switch (inode.kind()) {
      case FILE -> {
        out.writeNumber(inode.size());
        out.writeHex(digest);
      }
      case SYMLINK -> out.writeText(inode.linkTarget());
      case CHARACTER_DEVICE, BLOCK_DEVICE -> out.writeNumber(inode.deviceNumber());
      case DIRECTORY -> {
        out.writeNumber(inode.children().size());
        for (Map.Entry<String, Long> child : inode.children().entrySet()) {
          out.writeText(child.getKey());
          out.writeNumber(child.getValue());
        }
      }
      case FIFO, SOCKET -> {
        // all is said
      }
    }
  }

  /** The record that {@code bytes} are, if they are a whole one. */
  static Optional<TreeRecord> of(byte[] bytes) {
    Optional<BinaryInput> sealed = BinaryInput.sealed(bytes);
    try {
      return sealed.isPresent()
          ? Optional.of(of(sealed.get(), BinaryInput.seal(bytes)))
          : Optional.empty();
    } catch (IOException notSuchARecord) {
      return Optional.empty();
    }
  }

  private static TreeRecord of(BinaryInput in, String seal) throws IOException {
    if (!in.readText().equals(TITLE)) {
      throw new IOException("it has another title");
    }
    String filesystem = in.readText();
    UUID subvolume = new UUID(in.readLong(), in.readLong());
    long generation = in.readLong();
    int layers = in.readCount(MOST_LAYERS);
    String[] diffIds = new String[layers];
    for (int i = 0; i < layers; i++) {
      diffIds[i] = in.readText();
    }
    String below = in.readText();
    int end = in.position() + in.remaining() - Long.BYTES;
    long index = in.from(end).readLong();
    if (index < in.position() || index > end || (end - index) % SLOT != 0) {
      throw new IOException("it has no list of its inodes");
    }
    return new TreeRecord(
        new Header(filesystem, subvolume, generation, Stream.of(diffIds).toList(), below),
        seal,
        in,
        (int) index,
        (int) (end - index) / SLOT);
  }

  Header header() {
    return header;
  }

  /** What the records above it know this one by. */
  String seal() {
    return seal;
  }

  /** The inode of that number, if it is in this record. */
  Optional<Recorded> inode(long number) throws IOException {
    int at = find(number);
    return at < 0 ? Optional.empty() : Optional.of(read(fields.from(at)));
  }

  /** The directory that the directory of that number is in, if that one is in this record. */
  Optional<Long> directoryOf(long number) throws IOException {
    int at = find(number);
    return at < 0 ? Optional.empty() : Optional.of(fields.from(at + 1L).readNumber());
  }

  private int find(long number) throws IOException {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      BinaryInput slot = fields.from(index + (long) middle * SLOT);
      long there = slot.readLong();
      if (there == number) {
        return (int) slot.readLong();
      }
      if (there < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private static Recorded read(BinaryInput in) throws IOException {
    int first = in.readByte();
    FileKind kind = KINDS.get(Math.min(first & ~LINKED, KINDS.size() - 1));
    long _ = in.readNumber(); // the directory that a directory is in
    int mode = in.readCount(TreeEntry.PERMISSION_BITS);
    int uid = (int) in.readNumber();
    int gid = (int) in.readNumber();
    SortedMap<String, String> attributes = attributes(in);
    long size = kind == FileKind.FILE ? in.readNumber() : 0;
    String digest = kind == FileKind.FILE ? in.readHex(DIGEST_BYTES) : "";
    String target = kind == FileKind.SYMLINK ? in.readText() : "";
    long device = kind.isDevice() ? in.readNumber() : 0;
    Map<String, Long> children = kind == FileKind.DIRECTORY ? children(in) : Map.of();
    return new Recorded(
        new BaseFile(
            new TreeEntry(kind, mode, uid, gid, size, digest, target, device, attributes, ""),
            children),
        (first & LINKED) != 0);
  }

  private static SortedMap<String, String> attributes(BinaryInput in) throws IOException {
    int left = in.readCount(in.remaining());
    if (left == 0) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, String> attributes = new TreeMap<>();
    for (; left > 0; left--) {
      String name = in.readText();
      attributes.put(name, in.readText());
    }
    return attributes;
  }

  private static Map<String, Long> children(BinaryInput in) throws IOException {
    int left = in.readCount(in.remaining());
    Map<String, Long> children = HashMap.newHashMap(left);
    for (; left > 0; left--) {
      String name = in.readText();
      children.put(name, in.readNumber());
    }
    return children;
  }
}
