package io.github.containersnap.oci;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails once it has given more bytes than any honest one would. */
final class BoundedStream extends FilterInputStream {
  private final long most;
  private long given;

  BoundedStream(InputStream in, long most) {
    super(in);
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int start, int length) throws IOException {
    int count = super.read(buffer, start, length);
    count(Math.max(count, 0));
    return count;
  }

  private void count(int more) throws IOException {
    given += more;
    if (given > most) {
      throw new IOException("it unpacks to more than %,d bytes, which is absurd".formatted(most));
    }
  }
}
