package io.github.containersnap.oci;

import io.github.containersnap.linux.EscapedBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of one pax extended header: {@code LENGTH KEY=VALUE\n} (POSIX.1-2017, pax, "pax
 * Extended Header"). Values are bytes: {@code SCHILY.xattr.} carries binary attributes.
 */
final class PaxRecords {
  private static final String ATTRIBUTE = "SCHILY.xattr.";
  private static final int MOST_LENGTH_DIGITS = 7;

  private final Map<String, byte[]> values = new HashMap<>();

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
    String key = EscapedBytes.toText(content, space + 1, equals - space - 1);
    byte[] value = Arrays.copyOfRange(content, equals + 1, end - 1);
    if (!key.startsWith(ATTRIBUTE) && indexOf(value, (byte) 0, 0, value.length) >= 0) {
      throw new IllegalArgumentException("the pax record " + key + " contains a zero byte");
    }
    values.put(key, value);
    return end;
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
   * @throws IllegalArgumentException if it is no number from 0 to 2^63 - 1
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

  /** Whether an entry is a sparse file of one of the pax formats. */
  boolean describesSparseFile() {
    return values.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."));
  }

  /** Whether these records change what entries are, beyond times, comments and names of owners. */
  boolean changesEntries() {
    return values.keySet().stream()
        .anyMatch(
            key ->
                key.equals("path")
                    || key.equals("linkpath")
                    || key.equals("size")
                    || key.equals("uid")
                    || key.equals("gid")
                    || key.startsWith(ATTRIBUTE)
                    || key.startsWith("GNU.sparse."));
  }

  /**
   * The extended attributes with their values in hexadecimal digits. An empty value deletes a
   * record (POSIX), so archives have no empty attributes; Go's reader does the same.
   */
  SortedMap<String, String> extendedAttributes() {
    SortedMap<String, String> attributes = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(ATTRIBUTE) && key.length() > ATTRIBUTE.length() && value.length > 0) {
            attributes.put(key.substring(ATTRIBUTE.length()), HexFormat.of().formatHex(value));
          }
        });
    return attributes;
  }
}
