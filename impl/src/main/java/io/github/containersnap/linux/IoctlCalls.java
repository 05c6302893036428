package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** open(2), read(2), ioctl(2), syncfs(2) and close(2) as the C library exports them. */
final class IoctlCalls {
  private static final int READABLE_BY_ALL = 0644;

  // int open(const char *pathname, int flags, mode_t mode)
  private static final CFunction OPEN = CFunction.named("open");
  // ssize_t read(int fd, void *buf, size_t count)
  private static final CFunction READ = CFunction.named("read");
  // int ioctl(int fd, unsigned long request, ...)
  private static final CFunction IOCTL = CFunction.named("ioctl");
  // int syncfs(int fd)
  private static final CFunction SYNCFS = CFunction.named("syncfs");
  // int close(int fd)
  private static final CFunction CLOSE = CFunction.named("close");

  private IoctlCalls() {}

  /** Room for the error number of a call. */
  static MemorySegment newState(Arena arena) {
    return CFunction.newState(arena);
  }

  /** The error number of the last call made with {@code state}, if that call failed. */
  static int errno(MemorySegment state) {
    return CFunction.errno(state);
  }

  /** The argument of an ioctl, to be read and written in the byte order of this machine. */
  static ByteBuffer buffer(MemorySegment argument) {
    return CFunction.buffer(argument);
  }

  /** A file that this makes has the mode 0644 without what the umask takes. */
  static int open(MemorySegment state, MemorySegment path, int flags) {
    return OPEN.callInt(state, path.address(), flags, READABLE_BY_ALL, 0, 0);
  }

  static long read(MemorySegment state, int descriptor, MemorySegment buffer) {
    return READ.call(state, descriptor, buffer.address(), buffer.byteSize(), 0, 0);
  }

  static int ioctl(MemorySegment state, int descriptor, long request, MemorySegment argument) {
    return IOCTL.callInt(state, descriptor, request, argument.address(), 0, 0);
  }

  static int syncfs(MemorySegment state, int descriptor) {
    return SYNCFS.callInt(state, descriptor, 0, 0, 0, 0);
  }

  static int close(MemorySegment state, int descriptor) {
    return CLOSE.callInt(state, descriptor, 0, 0, 0, 0);
  }
}
