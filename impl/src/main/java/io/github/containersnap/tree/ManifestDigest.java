package io.github.containersnap.tree;

import io.github.containersnap.base.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The canonical serialisation of a manifest, hashed as it is written: every field in the order of
 * {@link TreeEntry}, every text as its length in bytes and then its UTF-8, so that no two manifests
 * have one serialisation.
 */
final class ManifestDigest {
  private final MessageDigest sha256 = Sha256.digest();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  void add(String path, TreeEntry entry) {
    put(path);
    put(entry.kind().name());
    put(entry.mode());
    put(entry.uid());
    put(entry.gid());
    put(entry.size());
    put(entry.contentDigest());
    put(entry.linkTarget());
    put(entry.deviceNumber());
    put(entry.extendedAttributes().size());
    entry
        .extendedAttributes()
        .forEach(
            (name, value) -> {
              put(name);
              put(value);
            });
    put(entry.hardLinkGroup());
  }

  String hexadecimal() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    put(bytes.length);
    sha256.update(bytes);
  }

  private void put(long value) {
    sha256.update(number.putLong(0, value).array());
  }
}
