package io.github.containersnap.harness.updater;

import io.github.containersnap.base.Sha256;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Takes the bytes of a file that is loaded to boot, and keeps what it is recognised by. */
public final class LoadedFileSink extends OutputStream {
  private final MessageDigest digest = Sha256.digest();
  private long bytes;

  @Override
  public void write(int one) {
    digest.update((byte) one);
    bytes++;
  }

  @Override
  public void write(byte[] some, int from, int count) {
    digest.update(some, from, count);
    bytes += count;
  }

  /** The file; asked for once, at its end. */
  public BootContent.LoadedFile file() {
    return new BootContent.LoadedFile(bytes, HexFormat.of().formatHex(digest.digest()));
  }
}
