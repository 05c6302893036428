package io.github.containersnap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A function of the C library that takes at most five integers and pointers and returns an integer.
 *
 * <p>All of them are called through one method handle of one type. The virtual machine generates
 * classes for each type of call, at each start: for five types some 90 ms of processor time, for
 * one 30. One type can stand for all, since Linux passes integers and pointers in 64-bit registers,
 * in their order: a function reads the registers of the parameters that it has, and of an {@code
 * int} the lower half. A variadic function reads the same ones. The upper half of what an {@code
 * int} function returns says nothing; {@link #callInt} drops it.
 *
 * <p>Pointers are addresses, so nothing keeps their memory but the caller: it comes from the arena
 * of {@code state}, which is kept open during the call, or from one that the caller closes later.
 */
final class CFunction {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final MethodHandle CALL = handle();

  private final String name;
  private final MemorySegment code;

  private CFunction(String name) {
    this.name = name;
    this.code = LINKER.defaultLookup().findOrThrow(name);
  }

  @SuppressWarnings("restricted") // the module is given native access where it is started
  private static MethodHandle handle() {
    return LINKER.downcallHandle(
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG),
        Linker.Option.captureCallState("errno"));
  }

  /**
   * The function of that name.
   *
   * @throws java.util.NoSuchElementException if the C library has none
   */
  static CFunction named(String name) {
    return new CFunction(name);
  }

  /** Room for the error number of a call. */
  static MemorySegment newState(Arena arena) {
    return arena.allocate(STATE);
  }

  /** The error number of the last call made with {@code state}, if that call failed. */
  static int errno(MemorySegment state) {
    long offset = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    return buffer(state).getInt((int) offset);
  }

  /** Native memory, to be read and written in the byte order of this machine. */
  static ByteBuffer buffer(MemorySegment memory) {
    return memory.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** Calls a function that returns a {@code long}; parameters that it has not are 0. */
  long call(MemorySegment state, long first, long second, long third, long fourth, long fifth) {
    try {
      return (long) CALL.invokeExact(code, state, first, second, third, fourth, fifth);
    } catch (Throwable e) {
      throw new IllegalStateException("The Foreign Function API could not call " + name, e);
    }
  }

  /** Calls a function that returns an {@code int}; parameters that it has not are 0. */
  int callInt(MemorySegment state, long first, long second, long third, long fourth, long fifth) {
    return (int) call(state, first, second, third, fourth, fifth);
  }
}
