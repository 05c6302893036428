package io.github.containersnap.loopback.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers in the byte order of the log format. */
final class LittleEndian {

  private LittleEndian() {}

  static ByteBuffer of(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
