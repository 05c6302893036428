package io.github.containersnap.tree;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.linux.PathBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What has to be read of a file beyond its status. */
record FileContentReader(
    long size, String digest, String linkTarget, ExtendedAttributes attributes) {
  private static final int LARGE_READ = 1 << 18;
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[LARGE_READ]);

  /** A regular file; its content is not read if {@code knownDigest} is there. */
  static FileContentReader of(Path file, long size, @Nullable String knownDigest)
      throws IOException {
    ExtendedAttributes attributes = ExtendedAttributes.of(file);
    if (knownDigest != null) {
      return new FileContentReader(size, knownDigest, "", attributes);
    }
    MessageDigest sha256 = Sha256.digest();
    byte[] buffer = BUFFER.get();
    long total = 0;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
        total += count;
      }
    }
    return new FileContentReader(total, HexFormat.of().formatHex(sha256.digest()), "", attributes);
  }

  static FileContentReader ofLink(Path link) throws IOException {
    String target = EscapedBytes.toText(PathBytes.ofTarget(Files.readSymbolicLink(link)));
    return new FileContentReader(0, "", target, ExtendedAttributes.of(link));
  }

  static FileContentReader ofNone(Path other) throws IOException {
    return new FileContentReader(0, "", "", ExtendedAttributes.of(other));
  }
}
