package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Swaps what two names lead to in one step, for which Java's own library has no call. */
public final class NameExchange {
  private static final int CURRENT_DIRECTORY = -100; // AT_FDCWD (linux/fcntl.h)
  private static final int EXCHANGE = 1 << 1; // RENAME_EXCHANGE (linux/fs.h)

  // int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath,
  //               unsigned int flags)
  private static final CFunction RENAMEAT2 = CFunction.named("renameat2");

  private NameExchange() {}

  /**
   * Swaps two names (renameat2(2) with RENAME_EXCHANGE); neither is missing at any moment. On btrfs
   * the two may be subvolumes that lie in different subvolumes, if both of those are writable.
   *
   * @throws KernelCallException if the kernel refuses; nothing has changed then
   */
  public static void of(Path one, Path other) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CFunction.newState(arena);
      if (call(state, PathBytes.inNativeMemory(arena, one), PathBytes.inNativeMemory(arena, other))
          < 0) {
        throw new KernelCallException(
            "renameat2 with RENAME_EXCHANGE", one + " and " + other, CFunction.errno(state));
      }
    }
  }

  private static int call(MemorySegment state, MemorySegment one, MemorySegment other) {
    return RENAMEAT2.callInt(
        state, CURRENT_DIRECTORY, one.address(), CURRENT_DIRECTORY, other.address(), EXCHANGE);
  }
}
