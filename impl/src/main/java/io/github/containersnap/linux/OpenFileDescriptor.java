package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** An open file, for calls that Java's own library does not have. */
final class OpenFileDescriptor implements AutoCloseable {
  // asm-generic/fcntl.h
  static final int READ = 0;
  static final int WRITE = 01;
  static final int READ_AND_WRITE = 02;
  static final int CREATE = 0100;
  static final int TRUNCATE = 01000;
  private static final int CLOSE_ON_EXEC = 02000000;

  private final Path path;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment state = IoctlCalls.newState(arena);
  private final int number;

  private OpenFileDescriptor(Path path, int flags) throws KernelCallException {
    this.path = path;
    MemorySegment nativePath = PathBytes.inNativeMemory(arena, path);
    this.number = IoctlCalls.open(state, nativePath, flags | CLOSE_ON_EXEC);
    if (number < 0) {
      throw failure("open");
    }
  }

  /**
   * Opens a file; a new one has the mode 0644 without what the umask takes.
   *
   * @param flags of those above, or-ed
   * @throws KernelCallException if the kernel refuses
   */
  static OpenFileDescriptor open(Path path, int flags) throws KernelCallException {
    return new OpenFileDescriptor(path, flags);
  }

  /** Its number. */
  int number() {
    return number;
  }

  /**
   * Calls ioctl(2) with a pointer to {@code argument}.
   *
   * @param name of the request, for errors
   * @return what the call returned
   * @throws KernelCallException if the kernel refuses
   */
  int ioctl(String name, long request, MemorySegment argument) throws KernelCallException {
    int result = IoctlCalls.ioctl(state, number, request, argument);
    if (result < 0) {
      throw failure(name);
    }
    return result;
  }

  private KernelCallException failure(String call) {
    return new KernelCallException(call, path.toString(), IoctlCalls.errno(state));
  }

  @Override
  public void close() {
    IoctlCalls.close(state, number);
  }
}
