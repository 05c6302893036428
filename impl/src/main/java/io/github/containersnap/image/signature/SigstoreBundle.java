package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * The signature that cosign 3 writes: a bundle of sigstore in JSON (sigstore_bundle.proto), with a
 * DSSE envelope around an in-toto statement, or with a signature of the manifest's own bytes.
 *
 * <p>Only the keys of the policy count. Entries of transparency logs and timestamps are not looked
 * at: they say when a certificate was valid, and there is none. A bundle names no repository, so it
 * vouches for the image's content alone, wherever that lies.
 */
final class SigstoreBundle {
  /** What the type of content of a bundle begins with. */
  static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle";

  private static final Set<String> VERSIONS =
      Set.of(
          "application/vnd.dev.sigstore.bundle.v0.3+json",
          "application/vnd.dev.sigstore.bundle+json;version=0.3",
          "application/vnd.dev.sigstore.bundle+json;version=0.2",
          "application/vnd.dev.sigstore.bundle+json;version=0.1");

  private static final String IN_TOTO = "application/vnd.in-toto+json";
  private static final Set<String> STATEMENTS =
      Set.of("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1");

  /** What `cosign sign` states; attestations, such as reports of scanners, state something else. */
  private static final String SIGNED = "https://sigstore.dev/cosign/sign/v1";

  private SigstoreBundle() {}

  /**
   * Verifies a bundle.
   *
   * @param bytes the bundle
   * @param manifest what must have been signed
   * @return the keys of {@code rule} that made it; one at least
   * @throws RejectedSignatureException if it proves nothing
   */
  static List<TrustedKey> signers(byte[] bytes, SignableManifest manifest, KeyRule rule)
      throws RejectedSignatureException {
    JsonNode bundle = json(bytes, "it");
    String type = bundle.path("mediaType").asText();
    if (!VERSIONS.contains(type)) {
      throw new RejectedSignatureException("it is a bundle of an unknown version, " + type);
    }
    boolean keyless =
        bundle.path("verificationMaterial").has("certificate")
            || bundle.path("verificationMaterial").has("x509CertificateChain");
    if (bundle.has("dsseEnvelope") == bundle.has("messageSignature")) {
      throw new RejectedSignatureException(
          "it has not exactly one of an envelope and a message's signature");
    }
    return bundle.has("dsseEnvelope")
        ? envelopeSigners(bundle.path("dsseEnvelope"), manifest, rule, keyless)
        : messageSigners(bundle.path("messageSignature"), manifest, rule, keyless);
  }

  private static JsonNode json(byte[] bytes, String what) throws RejectedSignatureException {
    try {
      JsonNode node = Json.unambiguous(bytes);
      if (!node.isObject()) {
        throw new RejectedSignatureException(what + " is not a JSON object");
      }
      return node;
    } catch (UnreadableJsonException e) {
      throw new RejectedSignatureException("%s cannot be read: %s".formatted(what, e.getMessage()));
    }
  }

  private static List<TrustedKey> envelopeSigners(
      JsonNode envelope, SignableManifest manifest, KeyRule rule, boolean keyless)
      throws RejectedSignatureException {
    List<TrustedKey> signers = envelopeSigners(envelope, rule.keys());
    if (signers.isEmpty()) {
      throw nobody(keyless);
    }
    requireStatement(
        envelope.path("payloadType").asText(),
        Base64Text.decode(envelope.path("payload").asText(), "payload"),
        manifest);
    return signers;
  }

  /** Those of {@code keys} that signed an envelope, whatever is in it. */
  static List<TrustedKey> envelopeSigners(JsonNode envelope, List<TrustedKey> keys)
      throws RejectedSignatureException {
    JsonNode signatures = envelope.path("signatures");
    if (signatures.size() != 1) { // sigstore_bundle.proto: verifiers must reject any other number
      throw new RejectedSignatureException(
          "its envelope has %d signatures instead of 1".formatted(signatures.size()));
    }
    byte[] signature = Base64Text.decode(signatures.path(0).path("sig").asText(), "signature");
    byte[] signed =
        preAuthenticationEncoding(
            envelope.path("payloadType").asText(),
            Base64Text.decode(envelope.path("payload").asText(), "payload"));
    return keys.stream().filter(key -> key.verifies(signed, signature)).toList();
  }

  /** What is signed of an envelope (DSSE protocol, "PAE"). */
  private static byte[] preAuthenticationEncoding(String type, byte[] payload) {
    byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes("DSSEv1 %d ".formatted(typeBytes.length).getBytes(StandardCharsets.UTF_8));
    encoded.writeBytes(typeBytes);
    encoded.writeBytes(" %d ".formatted(payload.length).getBytes(StandardCharsets.UTF_8));
    encoded.writeBytes(payload);
    return encoded.toByteArray();
  }

  private static void requireStatement(String type, byte[] payload, SignableManifest manifest)
      throws RejectedSignatureException {
    if (!type.equals(IN_TOTO)) {
      throw new RejectedSignatureException(
          "its payload is \"%s\", not %s".formatted(type, IN_TOTO));
    }
    JsonNode statement = json(payload, "its statement");
    if (!STATEMENTS.contains(statement.path("_type").asText())) {
      throw new RejectedSignatureException("its payload is not an in-toto statement");
    }
    String predicate = statement.path("predicateType").asText();
    if (!predicate.equals(SIGNED)) {
      throw new RejectedSignatureException(
          "it is an attestation (%s), not a signature".formatted(predicate));
    }
    String wanted = Digests.hexadecimal(manifest.digest());
    for (JsonNode subject : statement.path("subject")) {
      if (subject.path("digest").path("sha256").asText().equals(wanted)) {
        return;
      }
    }
    throw new RejectedSignatureException(
        "it is of another image, sha256:%s"
            .formatted(statement.path("subject").path(0).path("digest").path("sha256").asText()));
  }

  private static List<TrustedKey> messageSigners(
      JsonNode message, SignableManifest manifest, KeyRule rule, boolean keyless)
      throws RejectedSignatureException {
    byte[] signature = Base64Text.decode(message.path("signature").asText(), "signature");
    List<TrustedKey> signers =
        rule.keys().stream()
            .filter(key -> key.verifiesArtifact(manifest.bytes(), signature))
            .toList();
    if (signers.isEmpty()) {
      throw nobody(keyless);
    }
    return signers;
  }

  private static RejectedSignatureException nobody(boolean keyless) {
    return new RejectedSignatureException(
        keyless
            ? "it was made with a certificate (keyless), and only keys are verified"
            : "no key of the policy made it, or it is of something else");
  }
}
