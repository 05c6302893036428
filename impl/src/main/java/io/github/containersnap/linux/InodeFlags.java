package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * The flags of a file that chattr(1) sets (FS_IOC_GETFLAGS and FS_IOC_SETFLAGS of linux/fs.h).
 *
 * <p>Only those that a person gives and that say nothing of the content: synchronous, immutable,
 * append only, no dump, no access times, synchronous directory, no copy-on-write. Whether a file is
 * compressed is an extended attribute of btrfs as well.
 */
public final class InodeFlags {
  /** Nobody changes, renames or removes the file, or names in the directory ({@code +i}). */
  public static final int IMMUTABLE = 0x10;

  /** The file only grows ({@code +a}). */
  public static final int APPEND_ONLY = 0x20;

  /** What is written is written in place ({@code +C}); a file takes it only while it is empty. */
  public static final int NO_COPY_ON_WRITE = 0x80_0000;

  private static final int SYNCHRONOUS = 0x08;
  private static final int NO_DUMP = 0x40;
  private static final int NO_ACCESS_TIME = 0x80;
  private static final int SYNCHRONOUS_DIRECTORY = 0x1_0000;

  private static final int CARRIED =
      SYNCHRONOUS
          | IMMUTABLE
          | APPEND_ONLY
          | NO_DUMP
          | NO_ACCESS_TIME
          | SYNCHRONOUS_DIRECTORY
          | NO_COPY_ON_WRITE;

  // O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC (asm-generic/fcntl.h)
  private static final int OPEN_FLAGS = 04000 | 0400000 | 02000000;

  private static final long GET_FLAGS = 0x8008_6601L; // _IOR('f', 1, long), of an int
  private static final long SET_FLAGS = 0x4008_6602L; // _IOW('f', 2, long), of an int

  private InodeFlags() {}

  /**
   * The flags of a regular file or a directory; of a device they must not be asked for, since that
   * would open it.
   *
   * @throws KernelCallException if the kernel refuses, as it does for a symbolic link
   */
  public static int of(Path file) throws KernelCallException {
    return call(file, (state, descriptor, value) -> get(file, state, descriptor, value)) & CARRIED;
  }

  /**
   * Sets the flags of a regular file or a directory; what else is set stays.
   *
   * @param flags of those above
   * @throws KernelCallException if the kernel refuses
   */
  public static void set(Path file, int flags) throws KernelCallException {
    var _ =
        call(
            file,
            (state, descriptor, value) -> {
              int others = get(file, state, descriptor, value) & ~CARRIED;
              IoctlCalls.buffer(value).putInt(0, others | (flags & CARRIED));
              if (IoctlCalls.ioctl(state, descriptor, SET_FLAGS, value) < 0) {
                throw failure("FS_IOC_SETFLAGS", file, state);
              }
              return flags;
            });
  }

  private interface Use {
    int of(MemorySegment state, int descriptor, MemorySegment value) throws KernelCallException;
  }

  private static int call(Path file, Use use) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = IoctlCalls.newState(arena);
      MemorySegment path = PathBytes.inNativeMemory(arena, file);
      int descriptor = IoctlCalls.open(state, path, OPEN_FLAGS);
      if (descriptor < 0) {
        throw failure("open", file, state);
      }
      try {
        return use.of(state, descriptor, arena.allocate(ValueLayout.JAVA_LONG));
      } finally {
        IoctlCalls.close(state, descriptor);
      }
    }
  }

  private static int get(Path file, MemorySegment state, int descriptor, MemorySegment value)
      throws KernelCallException {
    if (IoctlCalls.ioctl(state, descriptor, GET_FLAGS, value) < 0) {
      throw failure("FS_IOC_GETFLAGS", file, state);
    }
    return IoctlCalls.buffer(value).getInt(0);
  }

  private static KernelCallException failure(String call, Path file, MemorySegment state) {
    return new KernelCallException(call, file.toString(), IoctlCalls.errno(state));
  }
}
