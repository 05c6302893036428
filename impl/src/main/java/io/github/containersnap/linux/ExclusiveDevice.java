package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A whole block device that nobody else can mount, swap to, or build something on while this is
 * open, and neither any of its partitions (open(2), O_EXCL on block devices).
 */
public final class ExclusiveDevice implements AutoCloseable {
  /** What {@link KernelCallException#error()} says if somebody uses the device. */
  public static final String BUSY = "EBUSY";

  // O_RDWR | O_EXCL | O_CLOEXEC (asm-generic/fcntl.h)
  private static final int OPEN_FLAGS = 02 | 0200 | 02000000;

  private static final long REREAD_PARTITIONS = 0x125F; // BLKRRPART, _IO(0x12, 95) (linux/fs.h)

  private final Path node;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state;
  private final int descriptor;
  private boolean closed;

  private ExclusiveDevice(Path node) throws KernelCallException {
    this.node = node;
    this.state = IoctlCalls.newState(arena);
    MemorySegment nativePath = PathBytes.inNativeMemory(arena, node);
    this.descriptor = IoctlCalls.open(state, nativePath, OPEN_FLAGS);
    if (descriptor < 0) {
      throw failure("open");
    }
  }

  /**
   * Claims the device.
   *
   * @param node a block device; of anything else the kernel would ignore the claim
   * @throws KernelCallException if somebody uses it ({@link #BUSY}), or the kernel refuses
   */
  public static ExclusiveDevice open(Path node) throws KernelCallException {
    return new ExclusiveDevice(node);
  }

  /**
   * Has the kernel look for partitions again (BLKRRPART).
   *
   * @throws KernelCallException if it refuses, as it does for devices that it does not search
   */
  public void rereadPartitions() throws KernelCallException {
    if (IoctlCalls.ioctl(state, descriptor, REREAD_PARTITIONS, MemorySegment.NULL) < 0) {
      throw failure("BLKRRPART");
    }
  }

  private KernelCallException failure(String call) {
    return new KernelCallException(call, node.toString(), IoctlCalls.errno(state));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      IoctlCalls.close(state, descriptor);
    }
  }
}
