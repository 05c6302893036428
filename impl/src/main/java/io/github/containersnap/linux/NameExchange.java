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
import java.nio.file.Path;

/** Swaps what two names lead to in one step, for which Java's own library has no call. */
public final class NameExchange {
  private static final int CURRENT_DIRECTORY = -100; // AT_FDCWD (linux/fcntl.h)
  private static final int EXCHANGE = 1 << 1; // RENAME_EXCHANGE (linux/fs.h)

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath,
  //               unsigned int flags)
  private static final MethodHandle RENAMEAT2 = renameat2();

  private NameExchange() {}

  @SuppressWarnings("restricted") // the module is given native access where it is started
  private static MethodHandle renameat2() {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow("renameat2"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT),
        Linker.Option.captureCallState("errno"));
  }

  /**
   * Swaps two names (renameat2(2) with RENAME_EXCHANGE); neither is missing at any moment. On btrfs
   * the two may be subvolumes that lie in different subvolumes, if both of those are writable.
   *
   * @throws KernelCallException if the kernel refuses; nothing has changed then
   */
  public static void of(Path one, Path other) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      if (call(state, PathBytes.inNativeMemory(arena, one), PathBytes.inNativeMemory(arena, other))
          < 0) {
        throw new KernelCallException(
            "renameat2 with RENAME_EXCHANGE", one + " and " + other, (int) ERRNO.get(state, 0L));
      }
    }
  }

  private static int call(MemorySegment state, MemorySegment one, MemorySegment other) {
    try {
      return (int)
          RENAMEAT2.invokeExact(state, CURRENT_DIRECTORY, one, CURRENT_DIRECTORY, other, EXCHANGE);
    } catch (Throwable e) {
      throw new IllegalStateException("The Foreign Function API could not call renameat2", e);
    }
  }
}
