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

/**
 * open(2), read(2), ioctl(2), syncfs(2) and close(2) as the C library exports them; written by
 * hand, being five.
 */
final class IoctlCalls {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // int open(const char *pathname, int flags, ...)
  private static final MethodHandle OPEN =
      handle(
          "open",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  // ssize_t read(int fd, void *buf, size_t count)
  private static final MethodHandle READ =
      handle(
          "read",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));
  // int ioctl(int fd, unsigned long request, ...)
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS),
          Linker.Option.firstVariadicArg(2));
  // int syncfs(int fd)
  private static final MethodHandle SYNCFS =
      handle("syncfs", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  // int close(int fd)
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private IoctlCalls() {}

  @SuppressWarnings("restricted") // the module is given native access where it is started
  private static MethodHandle handle(
      String function, FunctionDescriptor type, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(function), type, options);
  }

  /** Room for the error number of a call. */
  static MemorySegment newState(Arena arena) {
    return arena.allocate(STATE);
  }

  /** The error number of the last call made with {@code state}, if that call failed. */
  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  static int open(MemorySegment state, MemorySegment path, int flags) {
    try {
      return (int) OPEN.invokeExact(state, path, flags);
    } catch (Throwable e) {
      throw refused("open", e);
    }
  }

  static long read(MemorySegment state, int descriptor, MemorySegment buffer) {
    try {
      return (long) READ.invokeExact(state, descriptor, buffer, buffer.byteSize());
    } catch (Throwable e) {
      throw refused("read", e);
    }
  }

  static int ioctl(MemorySegment state, int descriptor, long request, MemorySegment argument) {
    try {
      return (int) IOCTL.invokeExact(state, descriptor, request, argument);
    } catch (Throwable e) {
      throw refused("ioctl", e);
    }
  }

  static int syncfs(MemorySegment state, int descriptor) {
    try {
      return (int) SYNCFS.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw refused("syncfs", e);
    }
  }

  static int close(MemorySegment state, int descriptor) {
    try {
      return (int) CLOSE.invokeExact(state, descriptor);
    } catch (Throwable e) {
      throw refused("close", e);
    }
  }

  private static IllegalStateException refused(String call, Throwable cause) {
    return new IllegalStateException("The Foreign Function API could not call " + call, cause);
  }
}
