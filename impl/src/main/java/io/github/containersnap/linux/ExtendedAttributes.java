package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All extended attributes of one file, as xattr(7) has them: any namespace ({@code security.},
 * {@code trusted.}, {@code user.}, {@code system.}), any bytes as value. Java's own view knows
 * {@code user.} only.
 *
 * <p>Symbolic links are not followed. Attributes of {@code trusted.} are seen by root alone.
 */
public final class ExtendedAttributes {
  /** The longest list and the longest value that Linux knows (XATTR_LIST_MAX, XATTR_SIZE_MAX). */
  private static final int LARGEST = 65_536;

  private static final int USUAL = 1_024;
  private static final ExtendedAttributes NONE = new ExtendedAttributes(new TreeMap<>());

  private final SortedMap<String, byte[]> values;

  private ExtendedAttributes(SortedMap<String, byte[]> values) {
    this.values = values;
  }

  /**
   * Reads all attributes of {@code path}. A filesystem without extended attributes has none.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public static ExtendedAttributes of(Path path) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      NativeFile file = new NativeFile(arena, path);
      byte[] list = file.list();
      if (list.length == 0) {
        return NONE;
      }
      SortedMap<String, byte[]> values = new TreeMap<>();
      for (int start = 0, end = 0; end < list.length; end++) {
        if (list[end] == 0) {
          String name = EscapedBytes.toText(list, start, end - start);
          values.put(name, file.get(name));
          start = end + 1;
        }
      }
      return new ExtendedAttributes(values);
    }
  }

  /**
   * Sets one attribute of {@code path}, replacing an older value.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public static void set(Path path, String name, byte[] value) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      new NativeFile(arena, path).set(name, value);
    }
  }

  /**
   * Removes one attribute of {@code path}.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public static void remove(Path path, String name) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      new NativeFile(arena, path).remove(name);
    }
  }

  /** The names, sorted; bytes that are not UTF-8 are escaped as {@link EscapedBytes} does. */
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(values.keySet()));
  }

  /** A copy of the value of {@code name}, if there is such an attribute. */
  public Optional<byte[]> get(String name) {
    return Optional.ofNullable(values.get(name)).map(byte[]::clone);
  }

  /** Whether there is no attribute at all. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** All attributes with their values in lower-case hexadecimal digits. */
  public SortedMap<String, String> inHexadecimal() {
    SortedMap<String, String> hexadecimal = new TreeMap<>();
    values.forEach((name, value) -> hexadecimal.put(name, HexFormat.of().formatHex(value)));
    return Collections.unmodifiableSortedMap(hexadecimal);
  }

  /** One path in native memory and the calls on it. */
  private record NativeFile(Arena arena, Path path, MemorySegment nativePath, MemorySegment state) {

    NativeFile(Arena arena, Path path) {
      this(arena, path, PathBytes.inNativeMemory(arena, path), XattrCalls.newState(arena));
    }

    private static MemorySegment terminated(Arena arena, byte[] bytes) {
      MemorySegment segment = arena.allocate(bytes.length + 1L);
      MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return segment;
    }

    byte[] list() throws KernelCallException {
      MemorySegment buffer = arena.allocate(USUAL);
      long length = XattrCalls.list(state, nativePath, buffer);
      if (length < 0 && XattrCalls.errno(state) == Errno.RANGE) {
        buffer = arena.allocate(LARGEST);
        length = XattrCalls.list(state, nativePath, buffer);
      }
      if (length < 0 && XattrCalls.errno(state) == Errno.NOT_SUPPORTED) {
        return new byte[0];
      }
      return filled(buffer, length, "llistxattr");
    }

    byte[] get(String name) throws KernelCallException {
      MemorySegment nativeName = terminated(arena, EscapedBytes.toBytes(name));
      MemorySegment buffer = arena.allocate(USUAL);
      long length = XattrCalls.get(state, nativePath, nativeName, buffer);
      if (length < 0 && XattrCalls.errno(state) == Errno.RANGE) {
        buffer = arena.allocate(LARGEST);
        length = XattrCalls.get(state, nativePath, nativeName, buffer);
      }
      return filled(buffer, length, "lgetxattr(" + name + ")");
    }

    void set(String name, byte[] value) throws KernelCallException {
      MemorySegment nativeName = terminated(arena, EscapedBytes.toBytes(name));
      MemorySegment nativeValue = terminated(arena, value);
      if (XattrCalls.set(state, nativePath, nativeName, nativeValue, value.length) < 0) {
        throw failure("lsetxattr(" + name + ")");
      }
    }

    void remove(String name) throws KernelCallException {
      MemorySegment nativeName = terminated(arena, EscapedBytes.toBytes(name));
      if (XattrCalls.remove(state, nativePath, nativeName) < 0) {
        throw failure("lremovexattr(" + name + ")");
      }
    }

    private byte[] filled(MemorySegment buffer, long length, String call)
        throws KernelCallException {
      if (length < 0) {
        throw failure(call);
      }
      return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private KernelCallException failure(String call) {
      return new KernelCallException(call, path.toString(), XattrCalls.errno(state));
    }
  }
}
