package io.github.containersnap.oci.tar;

import io.github.containersnap.linux.EscapedBytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of one pax extended header: {@code LENGTH KEY=VALUE\n} (POSIX.1-2017, pax, "pax
 * Extended Header"). Values are bytes: {@code SCHILY.xattr.} carries binary attributes.
 */
final class PaxRecords {
  private static final String ATTRIBUTE = "SCHILY.xattr.";
  private static final String SPARSE = "GNU.sparse.";
  private static final String SPARSE_OFFSET = SPARSE + "offset";
  private static final String SPARSE_LENGTH = SPARSE + "numbytes";
  private static final String SPARSE_MAP = SPARSE + "map";
  private static final Set<String> TEXTS = Set.of("path", "linkpath", "uname", "gname");
  private static final Set<String> TIMES = Set.of("atime", "mtime", "ctime");
  private static final Pattern TIME = Pattern.compile("([+-]?[0-9]{1,19})(?:\\.[0-9]*)?");
  private static final int MOST_LENGTH_DIGITS = 7;

  private final Map<String, byte[]> values = new HashMap<>();
  private final List<String> sparseMap = new ArrayList<>();

  /**
   * Parses the content of an extended header.
   *
   * @throws IllegalArgumentException with the reason, if it does not keep to the format
   */
  static PaxRecords parse(byte[] content) {
    PaxRecords records = new PaxRecords();
    int start = 0;
    while (start < content.length) {
      start = records.addRecord(content, start);
    }
    return records;
  }

  private int addRecord(byte[] content, int start) {
    int space = indexOf(content, (byte) ' ', start, start + MOST_LENGTH_DIGITS + 1);
    if (space < 0) {
      throw new IllegalArgumentException("a pax record has no length");
    }
    int end = start + length(content, start, space);
    if (end <= space + 1 || end > content.length || content[end - 1] != '\n') {
      throw new IllegalArgumentException("a pax record's length is not that of the record");
    }
    int equals = indexOf(content, (byte) '=', space + 1, end - 1);
    if (equals <= space + 1) {
      throw new IllegalArgumentException("a pax record has no key");
    }
    if (indexOf(content, (byte) 0, space + 1, equals) >= 0) {
      throw new IllegalArgumentException("a pax record's key contains a zero byte");
    }
    String key = EscapedBytes.toText(content, space + 1, equals - space - 1);
    byte[] value = Arrays.copyOfRange(content, equals + 1, end - 1);
    if (TEXTS.contains(key) && indexOf(value, (byte) 0, 0, value.length) >= 0) {
      throw new IllegalArgumentException("the pax record " + key + " contains a zero byte");
    }
    if (TIMES.contains(key) && value.length > 0 && !isTime(value)) {
      throw new IllegalArgumentException("the pax record " + key + " is not a time");
    }
    if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_LENGTH)) {
      addToSparseMap(key, text(value));
    } else {
      values.put(key, value);
    }
    return end;
  }

  /** Version 0.0 of sparse files names a key again and again: an offset, its length, and so on. */
  private void addToSparseMap(String key, String value) {
    boolean offsetIsDue = sparseMap.size() % 2 == 0;
    if (offsetIsDue != key.equals(SPARSE_OFFSET) || value.contains(",")) {
      throw new IllegalArgumentException("the map of a sparse file is out of order");
    }
    sparseMap.add(value);
  }

  private static boolean isTime(byte[] value) {
    Matcher time = TIME.matcher(text(value));
    return time.matches() && new BigInteger(time.group(1)).bitLength() < Long.SIZE;
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.ISO_8859_1);
  }

  private static int length(byte[] content, int start, int end) {
    int length = 0;
    for (int i = start; i < end; i++) {
      if (content[i] < '0' || content[i] > '9') {
        throw new IllegalArgumentException("a pax record's length is not a number");
      }
      length = length * 10 + content[i] - '0';
    }
    return length;
  }

  private static int indexOf(byte[] bytes, byte wanted, int from, int to) {
    for (int i = from; i < Math.min(to, bytes.length); i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** The value of {@code key}; an empty value means that the ordinary header's one holds. */
  byte @Nullable [] get(String key) {
    byte[] value = values.get(key);
    return value == null || value.length == 0 ? null : value;
  }

  /**
   * The decimal number that {@code key} has.
   *
   * @throws IllegalArgumentException if it is not a number from 0 to 2^63 - 1
   */
  OptionalLong number(String key) {
    byte[] value = get(key);
    if (value == null) {
      return OptionalLong.empty();
    }
    String text = new String(value, StandardCharsets.ISO_8859_1);
    if (!text.matches("[0-9]{1,18}")) {
      throw new IllegalArgumentException("the pax record " + key + " is not a number");
    }
    return OptionalLong.of(Long.parseLong(text));
  }

  /**
   * The formats of GNU tar for a sparse file (its manual, "Storing Sparse Files"). 0.0 and 0.1 have
   * the map here; of 1.0 it is the beginning of the content.
   */
  enum SparseFormat {
    NONE,
    MAP_IN_RECORDS,
    MAP_IN_CONTENT
  }

  /** How these records describe a sparse file, if they do; a version unknown to Go does not. */
  SparseFormat sparseFormat() {
    String version = textOf(SPARSE + "major") + "." + textOf(SPARSE + "minor");
    return switch (version) {
      case "0.0", "0.1" -> SparseFormat.MAP_IN_RECORDS;
      case "1.0" -> SparseFormat.MAP_IN_CONTENT;
      case "." ->
          sparseMap.isEmpty() && textOf(SPARSE_MAP).isEmpty()
              ? SparseFormat.NONE
              : SparseFormat.MAP_IN_RECORDS;
      default -> SparseFormat.NONE;
    };
  }

  /** The numbers of the map, an offset and its length in turn. */
  List<String> sparseMap() {
    if (!sparseMap.isEmpty()) {
      return List.copyOf(sparseMap);
    }
    String map = textOf(SPARSE_MAP);
    return map.isEmpty() ? List.of() : List.of(map.split(",", -1));
  }

  /** How many pairs the map is said to have. */
  OptionalLong sparseCount() {
    return number(SPARSE + "numblocks");
  }

  /** The length of the file with its holes. */
  OptionalLong sparseSize() {
    OptionalLong size = number(SPARSE + "size");
    return size.isPresent() ? size : number(SPARSE + "realsize");
  }

  /** The name of the sparse file; the entry's own may be one made up. */
  byte @Nullable [] sparseName() {
    return get(SPARSE + "name");
  }

  private String textOf(String key) {
    byte[] value = get(key);
    return value == null ? "" : text(value);
  }

  /** Whether these records change what entries are, beyond times, comments and names of owners. */
  boolean changesEntries() {
    return !sparseMap.isEmpty()
        || values.keySet().stream()
            .anyMatch(
                key ->
                    key.equals("path")
                        || key.equals("linkpath")
                        || key.equals("size")
                        || key.equals("uid")
                        || key.equals("gid")
                        || key.startsWith(ATTRIBUTE)
                        || key.startsWith(SPARSE));
  }

  /**
   * The extended attributes with their values in hexadecimal digits. An empty value deletes a
   * record (POSIX), so archives have no empty attributes; Go's reader does the same.
   */
  SortedMap<String, String> extendedAttributes() {
    SortedMap<String, String> attributes = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(ATTRIBUTE) && value.length > 0) {
            attributes.put(key.substring(ATTRIBUTE.length()), HexFormat.of().formatHex(value));
          }
        });
    return attributes;
  }
}
