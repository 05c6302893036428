package io.github.containersnap.image.signature;

import io.github.containersnap.engine.model.ImageReference;

/**
 * An image that the required keys have signed.
 *
 * @param reference leads to exactly its manifest, by digest
 * @param configDigest the digest of its configuration, {@code sha256:HEX}
 * @param statement who signed what, a sentence
 */
public record VerifiedImage(ImageReference reference, String configDigest, String statement) {}
