package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * mount(2) and umount2(2) themselves, for those who mount more often than a program can be started.
 * They say less than mount(8) where the kernel refuses.
 */
public final class MountCall {
  /** The options that are flags for the kernel (linux/mount.h); the filesystem reads the others. */
  private static final Map<String, Long> FLAGS =
      Map.of("ro", 1L, "nosuid", 1L << 1, "nodev", 1L << 2, "noatime", 1L << 10);

  private static final long NO_FOLLOW = 8; // UMOUNT_NOFOLLOW

  // int mount(const char *source, const char *target, const char *filesystemtype,
  //           unsigned long mountflags, const void *data)
  private static final CFunction MOUNT = CFunction.named("mount");
  // int umount2(const char *target, int flags)
  private static final CFunction UNMOUNT = CFunction.named("umount2");

  private MountCall() {}

  /**
   * Mounts a filesystem.
   *
   * @param type its type, such as {@code btrfs}
   * @param device the block device
   * @param options as after {@code mount -o}: ro, nosuid, nodev, noatime, and the filesystem's own
   * @throws KernelCallException if the kernel refuses
   */
  public static void mount(String type, Path device, Path directory, String options)
      throws KernelCallException {
    long flags = 0;
    List<String> others = new ArrayList<>();
    for (String option : options.split(",", -1)) {
      Long flag = FLAGS.get(option);
      if (flag != null) {
        flags |= flag;
      } else if (!option.isEmpty()) {
        others.add(option);
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CFunction.newState(arena);
      if (MOUNT.callInt(
              state,
              PathBytes.inNativeMemory(arena, device).address(),
              PathBytes.inNativeMemory(arena, directory).address(),
              arena.allocateFrom(type).address(),
              flags,
              arena.allocateFrom(String.join(",", others)).address())
          < 0) {
        throw new KernelCallException(
            "mount of " + device, directory.toString(), CFunction.errno(state));
      }
    }
  }

  /**
   * Unmounts what is mounted on a directory; the last component is not followed.
   *
   * @throws KernelCallException if the kernel refuses, as it does if it is in use
   */
  public static void unmount(Path directory) throws KernelCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = CFunction.newState(arena);
      MemorySegment target = PathBytes.inNativeMemory(arena, directory);
      if (UNMOUNT.callInt(state, target.address(), NO_FOLLOW, 0, 0, 0) < 0) {
        throw new KernelCallException("umount2", directory.toString(), CFunction.errno(state));
      }
    }
  }
}
