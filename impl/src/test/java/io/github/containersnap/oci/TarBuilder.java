package io.github.containersnap.oci;

import io.github.containersnap.linux.EscapedBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes tar archives byte by byte, the hostile ones too. What {@code owned}, {@code mode}, {@code
 * attribute} and {@code pax} say goes into the next entry.
 */
public final class TarBuilder {
  private static final int BLOCK = 512;
  private static final int NAME_FIELD = 100;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Map<String, byte[]> records = new LinkedHashMap<>();
  private int mode = -1;
  private int uid;
  private int gid;
  private int major;
  private int minor;

  /** Sets the owner of the next entry. */
  public TarBuilder owned(int byUid, int byGid) {
    uid = byUid;
    gid = byGid;
    return this;
  }

  /** Sets the mode of the next entry. */
  public TarBuilder mode(int bits) {
    mode = bits;
    return this;
  }

  /** Gives the next entry an extended attribute. */
  public TarBuilder attribute(String name, byte[] value) {
    return pax("SCHILY.xattr." + name, value);
  }

  /** Gives the next entry a record of a pax extended header. */
  public TarBuilder pax(String key, byte[] value) {
    records.put(key, value);
    return this;
  }

  /** Adds a regular file. */
  public TarBuilder file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a regular file. */
  public TarBuilder file(String name, byte[] content) {
    return entry('0', name, "", 0644, content);
  }

  /** Adds a directory. */
  public TarBuilder directory(String name) {
    return entry('5', name, "", 0755, new byte[0]);
  }

  /** Adds a symbolic link. */
  public TarBuilder symlink(String name, String target) {
    return entry('2', name, target, 0777, new byte[0]);
  }

  /** Adds a hard link. */
  public TarBuilder hardLink(String name, String target) {
    return entry('1', name, target, 0644, new byte[0]);
  }

  /** Adds a device: type '3' for characters, '4' for blocks. */
  public TarBuilder device(char type, String name, int majorNumber, int minorNumber) {
    major = majorNumber;
    minor = minorNumber;
    return entry(type, name, "", 0600, new byte[0]);
  }

  /** Adds an entry of any type; names are escaped as {@link EscapedBytes} says. */
  public TarBuilder entry(char type, String name, String link, int usualMode, byte[] content) {
    byte[] nameBytes = EscapedBytes.toBytes(name);
    byte[] linkBytes = EscapedBytes.toBytes(link);
    if (nameBytes.length > NAME_FIELD) {
      records.put("path", nameBytes);
    }
    if (linkBytes.length > NAME_FIELD) {
      records.put("linkpath", linkBytes);
    }
    if (!records.isEmpty()) {
      byte[] extension = extension(records);
      records = new LinkedHashMap<>();
      header('x', "PaxHeader".getBytes(StandardCharsets.US_ASCII), new byte[0], 0644, extension);
    }
    header(type, nameBytes, linkBytes, mode >= 0 ? mode : usualMode, content);
    mode = -1;
    uid = 0;
    gid = 0;
    major = 0;
    minor = 0;
    return this;
  }

  /** The finished archive. */
  public byte[] build() {
    byte[] archive = unfinished();
    byte[] ended = new byte[archive.length + 2 * BLOCK];
    System.arraycopy(archive, 0, ended, 0, archive.length);
    return ended;
  }

  /** The archive without its end. */
  public byte[] unfinished() {
    return out.toByteArray();
  }

  private static byte[] extension(Map<String, byte[]> records) {
    ByteArrayOutputStream extension = new ByteArrayOutputStream();
    records.forEach(
        (key, value) -> {
          byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
          int rest = keyBytes.length + value.length + 3;
          int length = rest + Integer.toString(rest).length();
          length = rest + Integer.toString(length).length();
          extension.writeBytes((length + " " + key + "=").getBytes(StandardCharsets.UTF_8));
          extension.writeBytes(value);
          extension.write('\n');
        });
    return extension.toByteArray();
  }

  private void header(char type, byte[] name, byte[] link, int bits, byte[] content) {
    byte[] block = new byte[BLOCK];
    System.arraycopy(name, 0, block, 0, Math.min(name.length, NAME_FIELD));
    System.arraycopy(link, 0, block, 157, Math.min(link.length, NAME_FIELD));
    octal(block, 100, 8, bits);
    octal(block, 108, 8, uid);
    octal(block, 116, 8, gid);
    octal(block, 124, 12, content.length);
    octal(block, 136, 12, 0);
    block[156] = (byte) type;
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
    octal(block, 329, 8, major);
    octal(block, 337, 8, minor);
    sign(block);
    out.writeBytes(block);
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & (BLOCK - 1)]);
  }

  /** Writes a header's checksum. */
  public static void sign(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += block[i] & 0xff;
    }
    octal(block, 148, 7, sum);
  }

  private static void octal(byte[] block, int offset, int length, long value) {
    String digits = Long.toOctalString(value);
    String padded = "0".repeat(length - 1 - digits.length()) + digits;
    System.arraycopy(padded.getBytes(StandardCharsets.US_ASCII), 0, block, offset, length - 1);
    block[offset + length - 1] = 0;
  }
}
