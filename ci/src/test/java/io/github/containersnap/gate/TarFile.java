package io.github.containersnap.gate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar archive, made byte by byte: no tool writes some of these. */
final class TarFile {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarFile directory(String name) {
    return entry('5', name, "", 0755, "", 0);
  }

  TarFile file(String name, String content) {
    return entry('0', name, "", 0644, content, content.length());
  }

  TarFile executable(String name, String content) {
    return entry('0', name, "", 0755, content, content.length());
  }

  TarFile symlink(String name, String target) {
    return entry('2', name, target, 0777, "", 0);
  }

  TarFile hardLink(String name, String target) {
    return entry('1', name, target, 0644, "", 0);
  }

  /** A character device, such as /dev/mem with the numbers 1 and 1. */
  TarFile device(String name) {
    return entry('3', name, "", 0600, "", 0);
  }

  /** A file that claims another size than its content has. */
  TarFile claiming(String name, long size) {
    return entry('0', name, "", 0644, "", size);
  }

  private TarFile entry(
      char type, String name, String link, int mode, String content, long claimedSize) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    octal(header, 100, 8, mode);
    octal(header, 108, 8, 0);
    octal(header, 116, 8, 0);
    size(header, claimedSize);
    octal(header, 136, 12, 0);
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar\u000000");
    octal(header, 329, 8, 1);
    octal(header, 337, 8, 1);
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    octal(header, 148, 7, sum);
    out.writeBytes(header);
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(bytes);
    out.writeBytes(new byte[-bytes.length & (BLOCK - 1)]);
    return this;
  }

  /** In octal digits if they suffice, else in GNU's base 256. */
  private static void size(byte[] header, long size) {
    if (size >= 0 && size < 1L << 33) {
      octal(header, 124, 12, size);
      return;
    }
    header[124] = (byte) (size < 0 ? 0xff : 0x80);
    Arrays.fill(header, 125, 128, (byte) (size < 0 ? 0xff : 0));
    for (int i = 0; i < 8; i++) {
      header[135 - i] = (byte) (size >>> (8 * i));
    }
  }

  private static void octal(byte[] header, int offset, int length, long value) {
    String digits = Long.toOctalString(value);
    put(header, offset, "0".repeat(length - 1 - digits.length()) + digits);
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  byte[] bytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(out.toByteArray());
    whole.writeBytes(new byte[2 * BLOCK]);
    return whole.toByteArray();
  }
}
