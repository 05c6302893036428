package io.github.containersnap.image.signature;

import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Sha256;

/**
 * What a signature of an image may be of: its manifest, or the index that it was chosen from.
 *
 * @param kind as a person says it: {@code index} or {@code manifest}
 * @param digest its digest, which its bytes have
 * @param bytes its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // raw bytes, handed over once and never compared
record SignableManifest(String kind, String digest, byte[] bytes) {
  /** One of that content. */
  static SignableManifest of(String kind, byte[] bytes) {
    return new SignableManifest(kind, Digests.of(Sha256.hex(bytes)), bytes);
  }

  /** The tag under which cosign puts signatures (SIGNATURE_SPEC.md, "Tag-based Discovery"). */
  String signatureTag() {
    return referrersTag() + ".sig";
  }

  /**
   * The tag of the list of referrers where a registry keeps none itself ("Referrers Tag Schema").
   */
  String referrersTag() {
    return digest.replace(':', '-');
  }
}
