package io.github.containersnap.image.signature;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Which keys must have signed the images of a repository, or of all repositories below a name.
 *
 * @param keys the keys, no two the same
 * @param required how many of them must have signed, 1 or more
 * @param identity the repository that a signature must name, if it names any
 */
record KeyRule(List<TrustedKey> keys, int required, String identity) {
  KeyRule {
    keys = List.copyOf(keys);
  }

  /** As in {@code 1 of os.pub, spare.pub}. */
  String inWords() {
    return "%d of %s"
        .formatted(required, keys.stream().map(TrustedKey::name).collect(Collectors.joining(", ")));
  }
}
