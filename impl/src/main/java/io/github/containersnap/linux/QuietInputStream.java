package io.github.containersnap.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Reads a file without writing to it: the time of its last access stays (O_NOATIME). Where that is
 * not permitted, it changes as ever.
 */
public final class QuietInputStream extends InputStream {
  // O_RDONLY | O_NOATIME | O_CLOEXEC (asm-generic/fcntl.h), and O_NOFOLLOW, which differs
  private static final int OPEN_FLAGS = 01000000 | 02000000 | noFollow();
  private static final long LARGEST_BUFFER = 1 << 16;
  private static final String INPUT_OUTPUT_ERROR = "EIO";

  private final Path path;
  private final Arena arena;
  private final MemorySegment state;
  private final MemorySegment buffer;
  private final int descriptor;
  private long at;
  private long filled;
  private boolean closed;

  private QuietInputStream(
      Path path, Arena arena, MemorySegment state, int descriptor, long expected) {
    this.path = path;
    this.arena = arena;
    this.state = state;
    this.descriptor = descriptor;
    this.buffer = arena.allocate(Math.clamp(expected + 1, 1, LARGEST_BUFFER));
  }

  private static int noFollow() {
    return System.getProperty("os.arch").equals("aarch64") ? 0100000 : 0400000;
  }

  /**
   * Opens a file; a link is not followed.
   *
   * @param expected how many bytes it probably has
   */
  @SuppressWarnings("MustBeClosedChecker") // what is returned closes the arena
  public static InputStream open(Path path, long expected) throws IOException {
    Arena arena = Arena.ofConfined();
    try {
      MemorySegment state = IoctlCalls.newState(arena);
      MemorySegment nativePath = PathBytes.inNativeMemory(arena, path);
      int descriptor = IoctlCalls.open(state, nativePath, OPEN_FLAGS);
      if (descriptor >= 0) {
        return new QuietInputStream(path, arena, state, descriptor, expected);
      }
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
    arena.close();
    return Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS); // it knows all reasons by name
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == filled) {
      at = 0;
      filled = IoctlCalls.read(state, descriptor, buffer);
      if (filled < 0) {
        filled = 0;
        String error = Errno.name(IoctlCalls.errno(state));
        throw new FileSystemException(
            path.toString(), null, error.equals(INPUT_OUTPUT_ERROR) ? "Input/output error" : error);
      }
      if (filled == 0) {
        return -1;
      }
    }
    int count = (int) Math.min(length, filled - at);
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, at, bytes, offset, count);
    at += count;
    return count;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      IoctlCalls.close(state, descriptor);
      arena.close();
    }
  }
}
