package io.github.containersnap.oci;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * An archive of a layer as some tool may write it: odd, mostly legal, and read differently by
 * readers that know less of the formats.
 *
 * @param members in their order
 * @param end how it ends
 */
public record OddArchive(List<Member> members, End end) {
  private static final int BLOCK = 512;
  private static final Charset US_ASCII = StandardCharsets.US_ASCII;
  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "./a",
          "d/",
          "d/x",
          "d/e/f",
          "l/x",
          "d//y",
          "/abs",
          "p".repeat(60) + "/" + "q".repeat(60),
          "caf\u00e9");
  private static final List<String> TARGETS = List.of("a", "b", "d", "d/x", "/d", "nowhere");

  public OddArchive {
    members = List.copyOf(members);
  }

  /** What follows the last member. */
  public enum End {
    TWO_BLOCKS,
    ONE_BLOCK,
    NOTHING,
    NO_PADDING,
    MORE_ZEROS,
    SOMETHING_AFTER_THE_END,
    EXTENDED_HEADER,
    HALF_A_BLOCK
  }

  /** What a member is. */
  public enum Shape {
    FILE('0'),
    OLD_FILE('\0'),
    DIRECTORY('5'),
    SYMLINK('2'),
    HARD_LINK('1'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    FIFO('6'),
    CONTIGUOUS('7'),
    VOLUME_LABEL('V'),
    GLOBAL_HEADER('g'),
    WHITEOUT('0'),
    OPAQUE('0'),
    GNU_SPARSE('S'),
    SPARSE_0_0('0'),
    SPARSE_0_1('0'),
    SPARSE_1_0('0');

    private final char type;

    Shape(char type) {
      this.type = type;
    }

    boolean isSparse() {
      return name().contains("SPARSE");
    }

    boolean hasContent() {
      return this == FILE || this == OLD_FILE || this == WHITEOUT || this == CONTIGUOUS;
    }
  }

  /** The header's format. */
  public enum Format {
    V7,
    USTAR,
    USTAR_WITH_PREFIX,
    GNU,
    GNU_WITH_PREFIX,
    STAR
  }

  /** How the header's numbers are written. */
  public enum Digits {
    ENDED_BY_ZERO,
    ENDED_BY_SPACE,
    AFTER_SPACES,
    BINARY
  }

  /** What comes before the header. */
  public enum Before {
    NOTHING,
    GNU_NAME,
    PAX_NAME,
    PAX_THEN_GNU_NAME,
    GNU_THEN_PAX_NAME,
    TWO_PAX_HEADERS,
    PAX_THEN_GLOBAL
  }

  /** One record of a pax header. */
  public enum Extra {
    NONE("", ""),
    FRACTION("mtime", "1700000000.25"),
    BEFORE_1970("mtime", "-1.5"),
    NO_TIME("mtime", "yesterday"),
    EMPTY_TIME("mtime", ""),
    OWNER("uid", "70000"),
    EMPTY_OWNER("uid", ""),
    COMMENT_WITH_ZERO("comment", "a\0b"),
    OWNERS_NAME("uname", "root"),
    OWNERS_NAME_WITH_ZERO("uname", "a\0b"),
    USER_ATTRIBUTE("SCHILY.xattr.user.a", "1"),
    EMPTY_ATTRIBUTE("SCHILY.xattr.user.e", ""),
    NAMELESS_ATTRIBUTE("SCHILY.xattr.", "1"),
    TRUSTED_ATTRIBUTE("SCHILY.xattr.trusted.a", "1"),
    OTHER_NAMESPACE("SCHILY.xattr.os2.a", "1"),
    CAPABILITY("SCHILY.xattr.security.capability", "\1\0\0\2\0\4\0\0" + "\0".repeat(12)),
    SHORT_CAPABILITY("SCHILY.xattr.security.capability", "\1\0\0\2"),
    ACCESS_LIST("SCHILY.xattr.system.posix_acl_access", "\2\0\0\0"),
    BROKEN_ACCESS_LIST("SCHILY.xattr.system.posix_acl_access", "\2\0\0\0\177"),
    COMPRESSION("SCHILY.xattr.btrfs.compression", "zstd"),
    UNKNOWN_COMPRESSION("SCHILY.xattr.btrfs.compression", "best"),
    LARGE_ATTRIBUTE("SCHILY.xattr.user.large", "v".repeat(20_000)),
    LIBARCHIVE("LIBARCHIVE.xattr.user.k", "dg"),
    UNKNOWN_SPARSE_VERSION("GNU.sparse.major", "7"),
    SPARSE_NAME_ALONE("GNU.sparse.name", "elsewhere");

    private final String key;
    private final String value;

    Extra(String key, String value) {
      this.key = key;
      this.value = value;
    }
  }

  /** What is wrong with the map of a sparse file. */
  public enum MapFault {
    NONE,
    OVERLAP,
    BEYOND_THE_END,
    DATA_MISSING,
    DATA_LEFT_OVER,
    NOT_A_NUMBER,
    WRONG_COUNT
  }

  /**
   * A sparse file's map.
   *
   * @param holes the length of the hole before each fragment, and of the last one
   * @param fragment the length of each fragment
   * @param fault what is wrong with it
   */
  public record Sparse(List<Integer> holes, int fragment, MapFault fault) {
    List<Long> numbers() {
      List<Long> numbers = new ArrayList<>();
      long at = 0;
      for (int i = 0; i < holes.size() - 1; i++) {
        at += holes.get(i);
        numbers.add(at);
        numbers.add((long) fragment);
        at += fragment;
      }
      if (fault == MapFault.OVERLAP && numbers.size() > 2) {
        numbers.set(2, Math.max(0, numbers.getFirst() + fragment - 1));
      }
      if (fault == MapFault.BEYOND_THE_END && !numbers.isEmpty()) {
        numbers.set(numbers.size() - 2, size() - fragment + 1);
      }
      return numbers;
    }

    long size() {
      return holes.stream().mapToLong(Integer::longValue).sum()
          + (long) fragment * (holes.size() - 1);
    }

    byte[] data() {
      int length = fragment * (holes.size() - 1);
      if (fault == MapFault.DATA_MISSING) {
        length = Math.max(0, length - 1);
      }
      return pattern(fault == MapFault.DATA_LEFT_OVER ? length + 1 : length);
    }

    private String number(int index) {
      return fault == MapFault.NOT_A_NUMBER && index == 0
          ? "x"
          : Long.toString(numbers().get(index));
    }

    private int count() {
      return holes.size() - (fault == MapFault.WRONG_COUNT ? 0 : 1);
    }

    private List<Pax> records(Shape shape) {
      List<Pax> records = new ArrayList<>();
      int numbers = numbers().size();
      if (shape == Shape.SPARSE_0_0) {
        records.add(new Pax("GNU.sparse.size", Long.toString(size())));
        records.add(new Pax("GNU.sparse.numblocks", Integer.toString(count())));
        for (int i = 0; i < numbers; i += 2) {
          records.add(new Pax("GNU.sparse.offset", number(i)));
          records.add(new Pax("GNU.sparse.numbytes", number(i + 1)));
        }
      } else if (shape == Shape.SPARSE_0_1) {
        records.add(new Pax("GNU.sparse.size", Long.toString(size())));
        records.add(new Pax("GNU.sparse.numblocks", Integer.toString(count())));
        List<String> map = new ArrayList<>();
        for (int i = 0; i < numbers; i++) {
          map.add(number(i));
        }
        records.add(new Pax("GNU.sparse.map", String.join(",", map)));
      } else {
        records.add(new Pax("GNU.sparse.major", "1"));
        records.add(new Pax("GNU.sparse.minor", "0"));
        records.add(new Pax("GNU.sparse.realsize", Long.toString(size())));
      }
      return records;
    }

    byte[] content(Shape shape) {
      if (shape != Shape.SPARSE_1_0) {
        return data();
      }
      StringBuilder map = new StringBuilder().append(count()).append('\n');
      for (int i = 0; i < numbers().size(); i++) {
        map.append(number(i)).append('\n');
      }
      byte[] head = map.toString().getBytes(StandardCharsets.US_ASCII);
      byte[] data = data();
      byte[] all = new byte[padded(head.length) + data.length];
      System.arraycopy(head, 0, all, 0, head.length);
      System.arraycopy(data, 0, all, padded(head.length), data.length);
      return all;
    }
  }

  private record Pax(String key, String value) {}

  /**
   * A member.
   *
   * @param size of the content; of what has none, the size that the header says nevertheless
   */
  public record Member(
      Shape shape,
      String name,
      String target,
      Format format,
      Digits digits,
      Before before,
      Extra extra,
      int size,
      int mode,
      Sparse sparse) {}

  /** All of them. */
  public static Arbitrary<OddArchive> any() {
    return Combinators.combine(anyMember().list().ofMinSize(1).ofMaxSize(5), ends())
        .as(OddArchive::new);
  }

  /** One with a sparse file in pax format 1.0, which is what GNU tar writes. */
  public static OddArchive ofSparseFile() {
    return new OddArchive(
        List.of(
            usual(Shape.SPARSE_1_0, 0, new Sparse(List.of(0, 100_000, 4_096), 700, MapFault.NONE))),
        End.TWO_BLOCKS);
  }

  /** One whose second entry removes what its first has brought. */
  public static OddArchive ofRemovedFile() {
    Sparse none = new Sparse(List.of(0), 0, MapFault.NONE);
    return new OddArchive(
        List.of(usual(Shape.FILE, 513, none), usual(Shape.WHITEOUT, 0, none)), End.TWO_BLOCKS);
  }

  private static Member usual(Shape shape, int size, Sparse sparse) {
    return new Member(
        shape,
        "a",
        "b",
        Format.USTAR,
        Digits.ENDED_BY_ZERO,
        Before.NOTHING,
        Extra.NONE,
        size,
        0644,
        sparse);
  }

  private static Arbitrary<End> ends() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.just(End.TWO_BLOCKS)), Tuple.of(2, Arbitraries.of(End.class)));
  }

  private static Arbitrary<Member> anyMember() {
    return Combinators.combine(
            mostly(Shape.FILE, Shape.class, 1, 3),
            Combinators.combine(Arbitraries.of(NAMES), Arbitraries.of(TARGETS)).as(Names::new),
            mostly(Format.USTAR, Format.class, 1, 1),
            mostly(Digits.ENDED_BY_ZERO, Digits.class, 1, 1),
            mostly(Before.NOTHING, Before.class, 2, 1),
            mostly(Extra.NONE, Extra.class, 3, 1),
            Combinators.combine(
                    Arbitraries.frequency(
                        Tuple.of(4, 0),
                        Tuple.of(1, 1),
                        Tuple.of(1, 511),
                        Tuple.of(1, 512),
                        Tuple.of(1, 513),
                        Tuple.of(1, 5_000)),
                    Arbitraries.of(0644, 0755, 04755, 01777))
                .as(SizeAndMode::new),
            sparse())
        .as(
            (shape, names, format, digits, before, extra, size, sparse) ->
                new Member(
                    shape,
                    names.name(),
                    names.target(),
                    format,
                    digits,
                    before,
                    extra,
                    size.size(),
                    size.mode(),
                    sparse));
  }

  private record Names(String name, String target) {}

  private record SizeAndMode(int size, int mode) {}

  private static <T extends Enum<T>> Arbitrary<T> mostly(
      T usual, Class<T> all, int weightOfUsual, int weightOfAll) {
    return Arbitraries.frequencyOf(
        Tuple.of(weightOfUsual, Arbitraries.just(usual)),
        Tuple.of(weightOfAll, Arbitraries.of(all)));
  }

  private static Arbitrary<Sparse> sparse() {
    return Combinators.combine(
            Arbitraries.of(0, 1, 511, 512, 4_096, 100_000).list().ofMinSize(1).ofMaxSize(7),
            Arbitraries.of(0, 1, 512, 700),
            mostly(MapFault.NONE, MapFault.class, 3, 1))
        .as(Sparse::new);
  }

  /** The archive, with all names below {@code directory}, which has no "/". */
  public byte[] below(String directory) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new Header(directory + "/", '5', Format.USTAR, Digits.ENDED_BY_ZERO).mode(0755).bytes());
    out.writeBytes(
        new Header(directory + "/l", '2', Format.USTAR, Digits.ENDED_BY_ZERO)
            .link("d")
            .mode(0777)
            .bytes());
    for (int i = 0; i < members.size(); i++) {
      boolean last = i == members.size() - 1;
      write(out, members.get(i), directory, last && end == End.NO_PADDING);
    }
    switch (end) {
      case TWO_BLOCKS -> out.writeBytes(new byte[2 * BLOCK]);
      case ONE_BLOCK -> out.writeBytes(new byte[BLOCK]);
      case MORE_ZEROS -> out.writeBytes(new byte[20 * BLOCK]);
      case NOTHING, NO_PADDING -> {}
      case HALF_A_BLOCK -> out.writeBytes(new byte[BLOCK / 2]);
      case EXTENDED_HEADER ->
          out.writeBytes(extension('x', Format.USTAR, "12 comment=\n".getBytes(US_ASCII)));
      case SOMETHING_AFTER_THE_END -> {
        out.writeBytes(new byte[2 * BLOCK]);
        out.writeBytes(
            new Header(directory + "/after", '0', Format.USTAR, Digits.ENDED_BY_ZERO).bytes());
      }
    }
    return out.toByteArray();
  }

  private static void write(
      ByteArrayOutputStream out, Member member, String directory, boolean unpadded) {
    String name = nameOf(member, directory);
    List<Pax> records = new ArrayList<>();
    if (member.extra() != Extra.NONE) {
      records.add(new Pax(member.extra().key, member.extra().value));
    }
    byte[] content = content(member, records);
    boolean isLong = name.getBytes(StandardCharsets.UTF_8).length > 100;
    String inHeader = isLong ? directory + "/short" : name;
    boolean split = isLong && member.format() == Format.USTAR_WITH_PREFIX;
    Before before =
        isLong && !split && member.before() == Before.NOTHING ? Before.PAX_NAME : member.before();
    String other = directory + "/other";
    switch (before) {
      case NOTHING -> {}
      case GNU_NAME -> out.writeBytes(gnuName(name));
      case PAX_NAME -> records.add(new Pax("path", name));
      case PAX_THEN_GNU_NAME -> {
        records.add(new Pax("path", other));
        out.writeBytes(paxHeader('x', records));
        records.clear();
        out.writeBytes(gnuName(name));
      }
      case GNU_THEN_PAX_NAME -> {
        out.writeBytes(gnuName(name));
        records.add(new Pax("path", other));
      }
      case TWO_PAX_HEADERS -> {
        out.writeBytes(paxHeader('x', List.of(new Pax("path", other), new Pax("uid", "7"))));
        records.add(new Pax("path", name));
      }
      case PAX_THEN_GLOBAL -> {
        out.writeBytes(paxHeader('x', List.of(new Pax("path", other))));
        out.writeBytes(
            new Header(directory + "/global", 'g', Format.USTAR, Digits.ENDED_BY_ZERO).bytes());
      }
    }
    if (member.shape() == Shape.GLOBAL_HEADER) {
      byte[] comment = "13 comment=a\n".getBytes(US_ASCII);
      out.writeBytes(
          new Header(inHeader, 'g', Format.USTAR, Digits.ENDED_BY_ZERO)
              .size(comment.length)
              .bytes());
      out.writeBytes(Arrays.copyOf(comment, BLOCK));
      return;
    }
    if (!records.isEmpty()) {
      out.writeBytes(paxHeader('x', records));
    }
    Header header =
        new Header(inHeader, member.shape().type, member.format(), member.digits())
            .mode(member.mode())
            .size(content.length == 0 ? member.size() : content.length);
    if (member.shape() == Shape.HARD_LINK) {
      header.link(directory + "/" + member.target());
    } else if (member.shape() == Shape.SYMLINK) {
      header.link(member.target());
    }
    if (member.shape() == Shape.GNU_SPARSE) {
      header.gnuSparse(member.sparse());
    }
    if (split) {
      header.split(name);
    }
    if (isContentless(member)) {
      out.writeBytes(header.bytes());
      return;
    }
    out.writeBytes(header.size(content.length).bytes());
    out.writeBytes(content);
    if (!unpadded) {
      out.writeBytes(new byte[padded(content.length) - content.length]);
    }
  }

  private static boolean isContentless(Member member) {
    return !member.shape().hasContent() && !member.shape().isSparse();
  }

  private static String nameOf(Member member, String directory) {
    String name = member.name();
    String below =
        name.startsWith("/")
            ? "/" + directory + name
            : name.startsWith("./") ? "./" + directory + name.substring(1) : directory + "/" + name;
    return switch (member.shape()) {
      case WHITEOUT -> directory + "/.wh.a";
      case OPAQUE -> directory + "/d/.wh..wh..opq";
      // Refused here if its way leads nowhere; podman does not go that way for what is no file.
      case GLOBAL_HEADER -> name.startsWith("l/") ? directory + "/g" : below;
      default -> below;
    };
  }

  private static byte[] content(Member member, List<Pax> records) {
    if (!member.shape().isSparse()) {
      return member.shape().hasContent() ? pattern(member.size()) : new byte[0];
    }
    if (member.shape() != Shape.GNU_SPARSE) {
      records.addAll(member.sparse().records(member.shape()));
    }
    return member.sparse().content(member.shape());
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + i % 23);
    }
    return bytes;
  }

  private static int padded(int length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  private static byte[] gnuName(String name) {
    return extension('L', Format.GNU, (name + "\0").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] paxHeader(char type, List<Pax> records) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (Pax pax : records) {
      byte[] rest = (" " + pax.key() + "=" + pax.value() + "\n").getBytes(StandardCharsets.UTF_8);
      int length = rest.length + Integer.toString(rest.length).length();
      length = rest.length + Integer.toString(length).length();
      content.writeBytes(Integer.toString(length).getBytes(US_ASCII));
      content.writeBytes(rest);
    }
    return extension(type, Format.USTAR, content.toByteArray());
  }

  private static byte[] extension(char type, Format format, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new Header("extension", type, format, Digits.ENDED_BY_ZERO).size(content.length).bytes());
    out.writeBytes(Arrays.copyOf(content, padded(content.length)));
    return out.toByteArray();
  }

  /** A header block in the making. */
  private static final class Header {
    private final byte[] block = new byte[BLOCK];
    private final Format format;
    private final Digits digits;
    private byte[] moreOfMap = new byte[0];

    Header(String name, char type, Format format, Digits digits) {
      this.format = format;
      this.digits = digits;
      text(0, 100, name);
      number(108, 8, 0);
      number(116, 8, 0);
      number(136, 12, 1_700_000_000);
      block[156] = (byte) type;
      switch (format) {
        case V7 -> {}
        case USTAR, USTAR_WITH_PREFIX -> text(257, 8, "ustar\00000");
        case STAR -> {
          text(257, 8, "ustar\00000");
          text(508, 4, "tar\0");
        }
        case GNU, GNU_WITH_PREFIX -> text(257, 8, "ustar  \0");
      }
      if (format != Format.V7) {
        number(329, 8, 1);
        number(337, 8, 3);
      }
      if (format == Format.GNU_WITH_PREFIX && type != 'S') {
        split(name);
      }
      mode(0644);
      size(0);
    }

    Header mode(int mode) {
      number(100, 8, mode);
      return this;
    }

    Header size(long size) {
      number(124, 12, size);
      return this;
    }

    Header link(String target) {
      text(157, 100, target);
      return this;
    }

    /** Puts the directory of {@code name} into the prefix. */
    void split(String name) {
      int slash = name.lastIndexOf('/', name.length() - 2);
      if (slash > 0) {
        Arrays.fill(block, 0, 100, (byte) 0);
        text(0, 100, name.substring(slash + 1));
        text(345, 130, name.substring(0, slash));
      }
    }

    void gnuSparse(Sparse sparse) {
      if (format != Format.GNU) {
        return;
      }
      List<Long> numbers = sparse.numbers();
      int inHeader = Math.min(numbers.size(), 8);
      for (int i = 0; i < inHeader; i++) {
        number(386 + 12 * i, 12, numbers.get(i));
      }
      number(483, 12, sparse.size());
      if (numbers.size() > inHeader) {
        block[482] = 1;
        Header more = new Header("", '\0', Format.V7, digits);
        Arrays.fill(more.block, (byte) 0);
        for (int i = inHeader; i < numbers.size(); i++) {
          more.number(12 * (i - inHeader), 12, numbers.get(i));
        }
        moreOfMap = more.block;
      }
    }

    byte[] bytes() {
      TarBuilder.sign(block);
      byte[] all = Arrays.copyOf(block, BLOCK + moreOfMap.length);
      System.arraycopy(moreOfMap, 0, all, BLOCK, moreOfMap.length);
      return all;
    }

    private void text(int offset, int length, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(bytes, 0, block, offset, Math.min(bytes.length, length));
    }

    private void number(int offset, int length, long value) {
      Arrays.fill(block, offset, offset + length, (byte) 0);
      String octal = Long.toOctalString(value);
      switch (digits) {
        case ENDED_BY_ZERO -> text(offset, length, "0".repeat(length - 1 - octal.length()) + octal);
        case ENDED_BY_SPACE ->
            text(offset, length, "0".repeat(length - 1 - octal.length()) + octal + " ");
        case AFTER_SPACES ->
            text(offset, length, " ".repeat(length - 1 - octal.length()) + octal + " ");
        case BINARY -> {
          for (int i = 0; i < length; i++) {
            int shift = 8 * (length - 1 - i);
            block[offset + i] = shift < Long.SIZE ? (byte) (value >> shift) : 0;
          }
          block[offset] |= (byte) 0x80;
        }
      }
    }
  }
}
