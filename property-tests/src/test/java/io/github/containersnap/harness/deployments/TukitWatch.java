package io.github.containersnap.harness.deployments;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;

/**
 * What tukit 6 sees of changes in a snapshot's root: inotify(7) on each directory that the C
 * library's nftw(3) finds with {@code FTW_MOUNT | FTW_PHYS}, which stays on one device number.
 */
@SuppressWarnings("restricted") // the functions are the C library's
final class TukitWatch implements AutoCloseable {
  private static final Linker LINKER = Linker.nativeLinker();

  private static final int FTW_PHYS = 1;
  private static final int FTW_MOUNT = 2;
  private static final int FTW_D = 1;
  private static final int OPEN_DIRECTORIES = 20;

  /** MODIFY, ATTRIB, MOVE, CREATE, DELETE, once, directories, no links followed. */
  private static final int EVENTS = 0x2 | 0x4 | 0xC0 | 0x100 | 0x200 | 0x83000000;

  private static final short POLLIN = 1;
  private static final int POLLFD_BYTES = 8;
  private static final int EVENTS_OFFSET = 4;

  private final int descriptor = call("inotify_init", new MemoryLayout[0]);
  private int watched;

  private TukitWatch() {}

  private static int call(String function, MemoryLayout[] types, Object... arguments) {
    MethodHandle handle =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow(function), FunctionDescriptor.of(JAVA_INT, types));
    int result;
    try {
      result = (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call " + function, e);
    }
    if (result < 0) {
      throw new IllegalStateException("%s failed: %d".formatted(function, result));
    }
    return result;
  }

  private static MemoryLayout[] types(MemoryLayout... types) {
    return types;
  }

  /** Watches all directories that nftw finds in {@code root}. */
  static TukitWatch of(Path root) {
    TukitWatch watch = new TukitWatch();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment visitor =
          LINKER.upcallStub(
              watch.visitor(),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS),
              arena);
      call(
          "nftw",
          types(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT),
          arena.allocateFrom(root.toString()),
          visitor,
          OPEN_DIRECTORIES,
          FTW_MOUNT | FTW_PHYS);
    }
    return watch;
  }

  private MethodHandle visitor() {
    try {
      return MethodHandles.lookup()
          .bind(
              this,
              "visit",
              MethodType.methodType(
                  int.class,
                  MemorySegment.class,
                  MemorySegment.class,
                  int.class,
                  MemorySegment.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings({"unused", "UnusedMethod", "UnusedVariable"}) // called by nftw
  private int visit(MemorySegment path, MemorySegment status, int type, MemorySegment position) {
    if (type == FTW_D) {
      call("inotify_add_watch", types(JAVA_INT, ADDRESS, JAVA_INT), descriptor, path, EVENTS);
      watched++;
    }
    return 0;
  }

  /** How many directories are watched. */
  int watched() {
    return watched;
  }

  /** Whether something was changed in a directory that is watched. */
  boolean sawAChange() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocate(POLLFD_BYTES, POLLFD_BYTES);
      wanted.set(JAVA_INT, 0, descriptor);
      wanted.set(JAVA_SHORT, EVENTS_OFFSET, POLLIN);
      return call("poll", types(ADDRESS, JAVA_LONG, JAVA_INT), wanted, 1L, 0) > 0;
    }
  }

  @Override
  public void close() {
    call("close", types(JAVA_INT), descriptor);
  }
}
