package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The calls of xattr(7) as the C library exports them; written by hand, being four. */
final class XattrCalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // ssize_t llistxattr(const char *path, char *list, size_t size)
  private static final MethodHandle LIST =
      handle(
          "llistxattr",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));
  // ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size)
  private static final MethodHandle GET =
      handle(
          "lgetxattr",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));
  // int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)
  private static final MethodHandle SET =
      handle(
          "lsetxattr",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  // int lremovexattr(const char *path, const char *name)
  private static final MethodHandle REMOVE =
      handle(
          "lremovexattr",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  private XattrCalls() {}

  @SuppressWarnings("restricted") // the module is given native access where it is started
  private static MethodHandle handle(String function, FunctionDescriptor type) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(function),
        type,
        Linker.Option.captureCallState("errno"));
  }

  /** Room for the error number of a call. */
  static MemorySegment newState(Arena arena) {
    return arena.allocate(STATE);
  }

  /** The error number of the last call made with {@code state}, if that call failed. */
  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static long list(MemorySegment state, MemorySegment path, MemorySegment buffer) {
    try {
      return (long) LIST.invokeExact(state, path, buffer, buffer.byteSize());
    } catch (Throwable e) {
      throw refused("llistxattr", e);
    }
  }

  static long get(
      MemorySegment state, MemorySegment path, MemorySegment name, MemorySegment buffer) {
    try {
      return (long) GET.invokeExact(state, path, name, buffer, buffer.byteSize());
    } catch (Throwable e) {
      throw refused("lgetxattr", e);
    }
  }

  static int set(
      MemorySegment state,
      MemorySegment path,
      MemorySegment name,
      MemorySegment value,
      long length) {
    try {
      return (int) SET.invokeExact(state, path, name, value, length, 0);
    } catch (Throwable e) {
      throw refused("lsetxattr", e);
    }
  }

  static int remove(MemorySegment state, MemorySegment path, MemorySegment name) {
    try {
      return (int) REMOVE.invokeExact(state, path, name);
    } catch (Throwable e) {
      throw refused("lremovexattr", e);
    }
  }

  private static IllegalStateException refused(String call, Throwable cause) {
    return new IllegalStateException("The Foreign Function API could not call " + call, cause);
  }
}
