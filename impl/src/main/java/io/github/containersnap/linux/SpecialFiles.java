package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Makes named pipes, devices and sockets, which Java's own library cannot: its copy of a pipe opens
 * it and waits for ever.
 */
public final class SpecialFiles {
  // int mknod(const char *pathname, mode_t mode, dev_t dev)
  private static final CFunction MKNOD = CFunction.named("mknod");

  private SpecialFiles() {}

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
      MemorySegment state = CFunction.newState(arena);
      if (MKNOD.callInt(state, nativePath.address(), mode, device, 0, 0) < 0) {
        throw new KernelCallException("mknod", path.toString(), CFunction.errno(state));
      }
    }
  }
}
