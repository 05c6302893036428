package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** The kernel's loop driver (linux/loop.h), as losetup(8) uses it. */
public final class LoopDriver {
  /** What {@link KernelCallException#error()} says if another process took the device first. */
  public static final String TAKEN = "EBUSY";

  private static final Path CONTROL = Path.of("/dev/loop-control");
  private static final String NODE = "/dev/loop";

  private static final long GET_FREE = 0x4C82; // LOOP_CTL_GET_FREE
  private static final long CONFIGURE = 0x4C0A; // LOOP_CONFIGURE, Linux 5.8 and later
  private static final long CLEAR = 0x4C01; // LOOP_CLR_FD

  // struct loop_config: fd, block_size, struct loop_info64, reserved[8]
  private static final long CONFIGURATION_SIZE = 304;
  private static final int BACKING = 0;
  private static final int SECTOR = 4;
  private static final int OFFSET = 32;
  private static final int SIZE_LIMIT = 40;
  private static final int FILE_NAME = 64;
  private static final int LONGEST_FILE_NAME = 63; // LO_NAME_SIZE, with a zero at the end

  private LoopDriver() {}

  /**
   * Binds a free loop device to a part of a file. The page cache stands between the two.
   *
   * @param file the backing file
   * @param offset where in the file the device begins, in bytes
   * @param size how many bytes the device has
   * @return the device node
   * @throws KernelCallException if another process takes the free device first ({@link #TAKEN};
   *     another try finds another), or the kernel refuses
   */
  public static Path attach(Path file, long offset, long size) throws KernelCallException {
    try (Arena arena = Arena.ofConfined();
        OpenFileDescriptor control =
            OpenFileDescriptor.open(CONTROL, OpenFileDescriptor.READ_AND_WRITE);
        OpenFileDescriptor backing =
            OpenFileDescriptor.open(file, OpenFileDescriptor.READ_AND_WRITE)) {
      Path node = Path.of(NODE + control.ioctl("LOOP_CTL_GET_FREE", GET_FREE, MemorySegment.NULL));
      try (OpenFileDescriptor device =
          OpenFileDescriptor.open(node, OpenFileDescriptor.READ_AND_WRITE)) {
        MemorySegment configuration = arena.allocate(CONFIGURATION_SIZE, Long.BYTES);
        byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
        IoctlCalls.buffer(configuration)
            .putInt(BACKING, backing.number())
            .putInt(SECTOR, 0) // the usual
            .putLong(OFFSET, offset)
            .putLong(SIZE_LIMIT, size)
            .put(FILE_NAME, Arrays.copyOf(name, Math.min(name.length, LONGEST_FILE_NAME)));
        device.ioctl("LOOP_CONFIGURE", CONFIGURE, configuration);
      }
      return node;
    }
  }

  /**
   * Unbinds a loop device; if it is in use, the kernel does so when its last user is gone.
   *
   * @throws KernelCallException if the kernel refuses
   */
  public static void detach(Path device) throws KernelCallException {
    try (OpenFileDescriptor open = OpenFileDescriptor.open(device, OpenFileDescriptor.READ)) {
      open.ioctl("LOOP_CLR_FD", CLEAR, MemorySegment.NULL);
    }
  }
}
