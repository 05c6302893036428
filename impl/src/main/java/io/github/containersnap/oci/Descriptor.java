package io.github.containersnap.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Digests;
import java.io.IOException;

/**
 * A reference to a blob (OCI image specification, descriptor.md).
 *
 * @param mediaType what the blob is said to be
 * @param digest its digest, checked to be {@code sha256:HEX}
 * @param size its length in bytes
 */
record Descriptor(String mediaType, String digest, long size) {

  static Descriptor of(JsonNode node) throws IOException {
    String digest = node.path("digest").asText();
    if (!Digests.isDigest(digest)) {
      throw new IOException("the digest \"" + digest + "\" is no SHA-256");
    }
    JsonNode size = node.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw new IOException("the blob " + digest + " has no size");
    }
    return new Descriptor(node.path("mediaType").asText(), digest, size.asLong());
  }
}
