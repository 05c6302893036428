package io.github.containersnap.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A copy of a file that shares its blocks, as {@code cp --reflink=always} makes it. */
public final class FileClone {
  private static final long CLONE = 0x4004_9409L; // FICLONE: _IOW(0x94, 9, int) (linux/fs.h)

  private FileClone() {}

  /**
   * Makes {@code copy} a clone of {@code file} (FICLONE); what it held before is gone.
   *
   * @throws KernelCallException if the kernel refuses, as it does across filesystems and where the
   *     filesystem cannot do it; {@code copy} may then be there, and empty
   */
  public static void of(Path file, Path copy) throws KernelCallException {
    try (OpenFileDescriptor from = OpenFileDescriptor.open(file, OpenFileDescriptor.READ);
        OpenFileDescriptor to =
            OpenFileDescriptor.open(
                copy,
                OpenFileDescriptor.WRITE
                    | OpenFileDescriptor.CREATE
                    | OpenFileDescriptor.TRUNCATE)) {
      to.ioctl("FICLONE", CLONE, MemorySegment.ofAddress(from.number()));
    }
  }
}
