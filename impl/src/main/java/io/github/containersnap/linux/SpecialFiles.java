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

/**
 * Makes named pipes, devices and sockets, which Java's own library cannot: its copy of a pipe opens
 * it and waits for ever.
 */
public final class SpecialFiles {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // int mknod(const char *pathname, mode_t mode, dev_t dev)
  private static final MethodHandle MKNOD = mknod();

  private SpecialFiles() {}

  @SuppressWarnings("restricted") // the module is given native access where it is started
  private static MethodHandle mknod() {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow("mknod"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
        Linker.Option.captureCallState("errno"));
  }

  /**
   * Makes a special file where nothing is (mknod(2)).
   *
   * @param mode its type and permissions as stat(2) has them (st_mode)
   * @param device the number of a device (st_rdev), 0 for every other type
   * @throws KernelCallException if the kernel refuses
   */
  public static void make(Path path, int mode, long device) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativePath = PathBytes.inNativeMemory(arena, path);
      MemorySegment state = arena.allocate(STATE);
      if (call(state, nativePath, mode, device) < 0) {
        throw new KernelCallException("mknod", path.toString(), (int) ERRNO.get(state, 0L));
      }
    }
  }

  private static int call(MemorySegment state, MemorySegment path, int mode, long device) {
    try {
      return (int) MKNOD.invokeExact(state, path, mode, device);
    } catch (Throwable e) {
      throw new IllegalStateException("The Foreign Function API could not call mknod", e);
    }
  }
}
