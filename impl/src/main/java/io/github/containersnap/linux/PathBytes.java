package io.github.containersnap.linux;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The bytes of a path, and the path of bytes, whatever the locale.
 *
 * <p>{@code Path.of(String)} and {@code Path.toString()} go through the property {@code
 * sun.jnu.encoding}; under {@code LANG=C} that is ASCII, and names with other bytes are refused or
 * lost. A path keeps its raw bytes inside, however, and its {@code file:} URI spells them
 * percent-encoded in both directions. So nothing here asks for a particular locale of the launcher.
 */
public final class PathBytes {
  private static final HexFormat HEX = HexFormat.of();

  private PathBytes() {}

  /**
   * The bytes of {@code path} as the kernel takes them, without a terminating zero. A path whose
   * text is not plain ASCII comes out absolute.
   */
  public static byte[] of(Path path) {
    String text = path.toString();
    return isAscii(text) ? text.getBytes(StandardCharsets.US_ASCII) : rawBytes(path);
  }

  /** The bytes of {@code path} with a terminating zero, as the C library takes them. */
  static MemorySegment inNativeMemory(Arena arena, Path path) {
    byte[] bytes = of(path);
    MemorySegment terminated = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, terminated, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return terminated;
  }

  /** The bytes of the last component of {@code path}. */
  public static byte[] ofName(Path path) {
    Path name = path.getFileName();
    if (name == null) {
      return new byte[0];
    }
    String text = name.toString();
    return isAscii(text) ? text.getBytes(StandardCharsets.US_ASCII) : afterRoot(name);
  }

  /**
   * The bytes of a symbolic link's target as {@code Files.readSymbolicLink} gave it; unlike {@link
   * #of} it leaves a relative target relative.
   */
  public static byte[] ofTarget(Path target) {
    String text = target.toString();
    if (isAscii(text)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    return target.isAbsolute() ? rawBytes(target) : afterRoot(target);
  }

  /** The path below {@code root} whose components are {@code relative}, separated by '/'. */
  public static Path under(Path root, byte[] relative) {
    if (relative.length == 0) {
      return root;
    }
    for (byte value : relative) {
      if (value <= 0) {
        return root.resolve(pathOf(relative));
      }
    }
    return root.resolve(new String(relative, StandardCharsets.US_ASCII));
  }

  private static Path pathOf(byte[] relative) {
    StringBuilder uri = new StringBuilder("file:///");
    for (byte value : relative) {
      if (value == '/') {
        uri.append('/');
      } else {
        uri.append('%').append(HEX.toHexDigits(value));
      }
    }
    Path absolute = Path.of(URI.create(uri.toString()));
    return Path.of("/").relativize(absolute);
  }

  private static byte[] afterRoot(Path relative) {
    byte[] absolute = rawBytes(Path.of("/").resolve(relative));
    byte[] result = new byte[absolute.length - 1];
    System.arraycopy(absolute, 1, result, 0, result.length);
    return result;
  }

  private static byte[] rawBytes(Path path) {
    String raw = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char character = raw.charAt(i);
      if (character == '%') {
        bytes.write(HexFormat.fromHexDigits(raw, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(character);
      }
    }
    byte[] all = bytes.toByteArray();
    // The URI of a directory gets a '/' of its own at the end.
    boolean added = all[all.length - 1] == '/' && !path.toString().endsWith("/");
    return added ? Arrays.copyOf(all, all.length - 1) : all;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
