package io.github.containersnap.proof;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What files hold, by what their content is made of on disk.
 *
 * @param digests SHA-256 of a content in hexadecimal digits, by {@link ExtentFingerprint}
 */
record KnownFileDigests(Map<String, String> digests) {
  KnownFileDigests {
    digests = new HashMap<>(digests);
  }

  Optional<String> digest(String fingerprint) {
    return Optional.ofNullable(digests.get(fingerprint));
  }

  void put(String fingerprint, String digest) {
    digests.put(fingerprint, digest);
  }
}
