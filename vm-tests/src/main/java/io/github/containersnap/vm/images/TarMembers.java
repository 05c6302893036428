package io.github.containersnap.vm.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The members of a tar file, by their headers alone (POSIX.1-2017, pax, "ustar Interchange
 * Format"); contents are skipped, so that a large archive is read in no time and a hostile one
 * cannot make us hold it.
 */
final class TarMembers {
  private static final int BLOCK = 512;
  private static final int MOST_MEMBERS = 100_000;
  private static final int LARGEST_EXTENDED_HEADER = 1 << 20;
  private static final Pattern LINKED_LAYER = Pattern.compile("[0-9a-f]{64}(/layer)?[.]tar");

  /** The small files that skopeo reads into memory whole. */
  private static final Set<String> INDEXES = Set.of("index.json", "manifest.json", "oci-layout");

  private static final String POSIX = "ustar\0";
  private static final String GNU = "ustar  \0";

  private static final char REGULAR = '0';
  private static final char OLD_REGULAR = 0;
  private static final char SYMBOLIC_LINK = '2';
  private static final char DIRECTORY = '5';

  private final String typed;
  private final Path file;
  private final FileChannel channel;
  private final long fileSize;
  private final Map<String, Member> members = new HashMap<>();

  /** A member's content; a link's or a device's has no bytes. */
  private record Member(boolean regular, long position, long size) {}

  private TarMembers(String typed, Path file, FileChannel channel) throws IOException {
    this.typed = typed;
    this.file = file;
    this.channel = channel;
    this.fileSize = channel.size();
  }

  /**
   * Reads the headers of {@code file}.
   *
   * @throws ImageInputException if it is no tar file, is truncated, or has members that no image
   *     archive needs and that could use up the machine
   */
  static TarMembers read(String typed, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      TarMembers members = new TarMembers(typed, file, channel);
      members.walk();
      return members;
    }
  }

  /** Whether there is a member {@code name} at the top. */
  boolean has(String name) {
    return members.containsKey(name);
  }

  /** The first bytes of a member, of several with this name the last; empty if it is no file. */
  Optional<byte[]> content(String name, int most) throws IOException {
    Member member = members.get(name);
    if (member == null || !member.regular()) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(member.position());
      return Optional.of(in.readNBytes((int) Math.min(most, member.size())));
    }
  }

  private void walk() throws IOException {
    long position = 0;
    int count = 0;
    while (position < fileSize) {
      byte[] header = block(position);
      if (isZero(header)) {
        return;
      }
      requireChecksum(header, position);
      if (++count > MOST_MEMBERS) {
        throw unusable("it has more than %,d members.".formatted(MOST_MEMBERS));
      }
      long size = size(header);
      char type = (char) header[156];
      long end = position + BLOCK + (hasContent(type) ? size : 0);
      if (size < 0 || end < position || end > fileSize) {
        throw new ImageInputException(
            typed,
            "is truncated: its member %s goes on to byte %,d, but the file ends after %,d bytes."
                .formatted(printable(normalized(name(header))), end, fileSize));
      }
      look(header, type, size, position);
      position = Math.ceilDiv(end, BLOCK) * BLOCK;
    }
  }

  private void look(byte[] header, char type, long size, long position) throws IOException {
    switch (type) {
      case 'S' -> throw unusable("it has a sparse member, which no image archive needs.");
      case 'x', 'g', 'L', 'K' -> requirePlainExtendedHeader(size, position);
      default -> {
        String name = normalized(name(header));
        requireNoPrefixInTimes(header, name);
        if (List.of(name.split("/", -1)).contains("..")) {
          throw unusable("its member %s leads out of it.".formatted(printable(name)));
        }
        if (type == DIRECTORY) {
          return;
        }
        requireFileOrLinkToOne(name, type);
        if (members.containsKey(name)) {
          // Which of the two is meant, those who read archives do not agree upon.
          throw unusable("it has two members named %s.".formatted(printable(name)));
        }
        if (INDEXES.contains(name) && size > ManifestIndex.LARGEST) {
          throw unusable(
              "its %s has %,d bytes; more than %,d are not read."
                  .formatted(name, size, ManifestIndex.LARGEST));
        }
        members.put(
            name, new Member(isRegular(type), position + BLOCK, hasContent(type) ? size : 0));
      }
    }
  }

  /**
   * Skopeo unpacks an OCI layout onto the disk and opens what it finds there: a pipe would be
   * waited for and a device read without end, a link could lead to any file of this machine. What
   * Docker saved is read in the archive itself, and older versions link equal layers there.
   */
  private void requireFileOrLinkToOne(String name, char type) {
    boolean linkToLayer = type == SYMBOLIC_LINK && LINKED_LAYER.matcher(name).matches();
    if (!isRegular(type) && !linkToLayer) {
      throw unusable("its member %s is neither a file nor a directory.".formatted(printable(name)));
    }
  }

  /**
   * Go before 1.8 wrote the beginning of a long name where GNU's format has two times. Skopeo's
   * reader takes what is no time there for that, and the member would get another name than here.
   */
  private void requireNoPrefixInTimes(byte[] header, String name) {
    if (isMagic(header, GNU) && !(isTime(header, 345) && isTime(header, 357))) {
      throw unusable("its member %s has a name that tools disagree on.".formatted(printable(name)));
    }
  }

  /** Unset, in octal digits, or in base 256. */
  private static boolean isTime(byte[] header, int start) {
    return header[start] < 0 || octal(header, start, 12) >= 0;
  }

  private static boolean isRegular(char type) {
    return type == REGULAR || type == OLD_REGULAR;
  }

  /**
   * One name for what unpacks to one file: {@code ./x}, {@code .//x} and {@code x} are the same.
   */
  private static String normalized(String name) {
    List<String> parts =
        Stream.of(name.split("/", -1)).filter(it -> !it.isEmpty() && !it.equals(".")).toList();
    return String.join("/", parts);
  }

  private void requirePlainExtendedHeader(long size, long position) throws IOException {
    if (size > LARGEST_EXTENDED_HEADER) {
      throw unusable("it has an extended header of %,d bytes.".formatted(size));
    }
    String text = new String(read(position + BLOCK, (int) size), ISO_8859_1);
    // A few bytes of a sparse member stand for any length of zeros.
    if (text.contains("GNU.sparse")) {
      throw unusable("it has a sparse member, which no image archive needs.");
    }
    // These would give a member another size or name than its own header does.
    if (text.contains(" size=")) {
      throw unusable("it has a member of more than 8 GiB.");
    }
    if (INDEXES.stream().anyMatch(text::contains) || text.contains("blobs/")) {
      throw unusable("it names an index or a blob in an extended header.");
    }
  }

  private byte[] block(long position) throws IOException {
    if (fileSize - position < BLOCK) {
      throw new ImageInputException(
          typed,
          position == 0
              ? "is no image archive: it is no tar file."
              : "is truncated: it ends within a tar header, after %,d bytes.".formatted(fileSize));
    }
    return read(position, BLOCK);
  }

  private byte[] read(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    int count = 0;
    while (buffer.hasRemaining() && count >= 0) {
      count = channel.read(buffer, position + buffer.position());
    }
    return buffer.array();
  }

  private void requireChecksum(byte[] header, long position) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      // The checksum itself, bytes 148 to 155, counts as blanks.
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (octal(header, 148, 8) != sum) {
      throw new ImageInputException(
          typed,
          position == 0
              ? "is no image archive: it is no tar file."
              : "is damaged: there is no tar header at byte %,d.".formatted(position));
    }
  }

  private static boolean hasContent(char type) {
    return type < '1' || type > '6'; // links, devices, directories and pipes have none
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static String name(byte[] header) {
    int end = 0;
    while (end < 100 && header[end] != 0) {
      end++;
    }
    String name = new String(header, 0, end, StandardCharsets.UTF_8);
    String prefix = prefix(header);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** What POSIX archives put before a long name; star's are shorter, GNU's have none. */
  private static String prefix(byte[] header) {
    if (!isMagic(header, POSIX)) {
      return "";
    }
    int longest = new String(header, 508, 4, ISO_8859_1).equals("tar\0") ? 131 : 155;
    int end = 345;
    while (end < 345 + longest && header[end] != 0) {
      end++;
    }
    return new String(header, 345, end - 345, StandardCharsets.UTF_8);
  }

  private static boolean isMagic(byte[] header, String magic) {
    return new String(header, 257, magic.length(), ISO_8859_1).equals(magic);
  }

  /** A size in octal digits or, with the top bit set, in base 256; -1 if it is neither. */
  private static long size(byte[] header) {
    if ((header[124] & 0x80) == 0) {
      return octal(header, 124, 12);
    }
    long size = header[124] & 0x7f;
    for (int i = 125; i < 136; i++) {
      if (size > Long.MAX_VALUE >> 9) {
        return -1;
      }
      size = size << 8 | (header[i] & 0xff);
    }
    return size;
  }

  private static long octal(byte[] header, int start, int length) {
    long value = 0;
    boolean any = false;
    for (int i = start; i < start + length; i++) {
      byte digit = header[i];
      if (digit >= '0' && digit <= '7') {
        value = value << 3 | (digit - '0');
        any = true;
      } else if (digit != ' ' && digit != 0) {
        return -1;
      } else if (any) {
        break;
      }
    }
    return value;
  }

  private ImageInputException unusable(String reason) {
    return new ImageInputException(typed, "is no usable image archive: " + reason);
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
