package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The calls of xattr(7) as the C library exports them. */
final class XattrCalls {
  // ssize_t llistxattr(const char *path, char *list, size_t size)
  private static final CFunction LIST = CFunction.named("llistxattr");
  // ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size)
  private static final CFunction GET = CFunction.named("lgetxattr");
  // int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)
  private static final CFunction SET = CFunction.named("lsetxattr");
  // int lremovexattr(const char *path, const char *name)
  private static final CFunction REMOVE = CFunction.named("lremovexattr");

  private XattrCalls() {}

  /** Room for the error number of a call. */
  static MemorySegment newState(Arena arena) {
    return CFunction.newState(arena);
  }

  /** The error number of the last call made with {@code state}, if that call failed. */
  static int errno(MemorySegment state) {
    return CFunction.errno(state);
  }

  static long list(MemorySegment state, MemorySegment path, MemorySegment buffer) {
    return LIST.call(state, path.address(), buffer.address(), buffer.byteSize(), 0, 0);
  }

  static long get(
      MemorySegment state, MemorySegment path, MemorySegment name, MemorySegment buffer) {
    return GET.call(state, path.address(), name.address(), buffer.address(), buffer.byteSize(), 0);
  }

  static int set(
      MemorySegment state,
      MemorySegment path,
      MemorySegment name,
      MemorySegment value,
      long length) {
    return SET.callInt(state, path.address(), name.address(), value.address(), length, 0);
  }

  static int remove(MemorySegment state, MemorySegment path, MemorySegment name) {
    return REMOVE.callInt(state, path.address(), name.address(), 0, 0, 0);
  }
}
