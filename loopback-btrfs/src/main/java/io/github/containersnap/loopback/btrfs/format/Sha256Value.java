package io.github.containersnap.loopback.btrfs.format;

import io.github.containersnap.base.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 as a value. */
public final class Sha256Value {
  private final byte[] bytes;

  private Sha256Value(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha256Value that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** In lower-case hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  /** Takes bytes, numbers and digests in; every part has a length its reader knows beforehand. */
  public static final class Accumulator {
    private final MessageDigest digest = Sha256.digest();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    /** Adds the first {@code length} bytes. */
    public Accumulator add(byte[] bytes, int length) {
      digest.update(bytes, 0, length);
      return this;
    }

    /** Adds a number. */
    public Accumulator add(long value) {
      digest.update(number.putLong(0, value).array());
      return this;
    }

    /** Adds another digest. */
    public Accumulator add(Sha256Value other) {
      digest.update(other.bytes);
      return this;
    }

    /** Opens a part of another kind. */
    public Accumulator section(String name) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      return add(bytes.length).add(bytes, bytes.length);
    }

    /** The digest of all added since the last call. */
    public Sha256Value result() {
      return new Sha256Value(digest.digest());
    }
  }
}
