package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.image.registry.RepositoryName;
import java.util.List;

/**
 * The signature that cosign 1 and 2 write (SIGNATURE_SPEC.md): a payload in JSON that names the
 * image's digest and its repository, and beside it, in an annotation, the signature of the payload.
 */
final class SimpleSigning {
  /** The type of content of a payload. */
  static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

  /** The annotation that has the signature. */
  static final String SIGNATURE = "dev.cosignproject.cosign/signature";

  private static final String TYPE = "cosign container image signature";

  private SimpleSigning() {}

  /**
   * Verifies a signature.
   *
   * @param payload what was signed
   * @param signature the annotation
   * @param manifest what must have been signed
   * @return the keys of {@code rule} that made it; one at least
   * @throws RejectedSignatureException if it proves nothing
   */
  static List<TrustedKey> signers(
      byte[] payload, String signature, SignableManifest manifest, KeyRule rule)
      throws RejectedSignatureException {
    if (signature.isEmpty()) {
      throw new RejectedSignatureException("it has no annotation " + SIGNATURE);
    }
    byte[] bytes = Base64Text.decode(signature, "signature");
    List<TrustedKey> signers =
        rule.keys().stream().filter(key -> key.verifies(payload, bytes)).toList();
    if (signers.isEmpty()) {
      throw new RejectedSignatureException("no key of the policy made it");
    }
    // Only now is the payload read: what no key vouches for is not worth a parser.
    requireClaim(payload, manifest, rule.identity());
    return signers;
  }

  private static void requireClaim(byte[] payload, SignableManifest manifest, String identity)
      throws RejectedSignatureException {
    JsonNode critical;
    try {
      critical = Json.unambiguous(payload).path("critical");
    } catch (UnreadableJsonException e) {
      throw new RejectedSignatureException("its payload cannot be read: " + e.getMessage());
    }
    String type = critical.path("type").asText();
    if (!type.equals(TYPE)) {
      throw new RejectedSignatureException(
          "its payload has the type \"%s\", not \"%s\"".formatted(type, TYPE));
    }
    String digest = critical.path("image").path("docker-manifest-digest").asText();
    if (!digest.equals(manifest.digest())) {
      throw new RejectedSignatureException("it is of another image, %s".formatted(digest));
    }
    String named = critical.path("identity").path("docker-reference").asText();
    boolean same =
        RepositoryName.ofImage(named).map(RepositoryName::toString).stream()
            .anyMatch(identity::equals);
    if (!same) {
      throw new RejectedSignatureException(
          "it is of an image in the repository \"%s\", not %s".formatted(named, identity));
    }
  }
}
