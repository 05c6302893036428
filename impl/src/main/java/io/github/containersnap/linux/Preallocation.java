package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Room on the disk for a file that is not written yet. */
public final class Preallocation {
  private static final long RESERVE_SPACE = 0x4030_5828L; // FS_IOC_RESVSP: _IOW('X', 40, 48 bytes)

  // struct space_resv of linux/falloc.h
  private static final long SIZE = 48;
  private static final int LENGTH = 16;

  private Preallocation() {}

  /**
   * Gives a file room for its first {@code length} bytes and leaves its size (FS_IOC_RESVSP, which
   * is fallocate(2) with FALLOC_FL_KEEP_SIZE).
   *
   * @throws KernelCallException if there is no such file, no room, or the filesystem cannot do it
   */
  public static void keepingSize(Path file, long length) throws KernelCallException {
    try (Arena arena = Arena.ofConfined();
        OpenFileDescriptor open = OpenFileDescriptor.open(file, OpenFileDescriptor.WRITE)) {
      MemorySegment range = arena.allocate(SIZE, Long.BYTES); // from the file's beginning on
      IoctlCalls.buffer(range).putLong(LENGTH, length);
      open.ioctl("FS_IOC_RESVSP", RESERVE_SPACE, range);
    }
  }
}
