package io.github.containersnap.harness.registry;

import io.github.containersnap.loopback.disk.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * A key that signs as cosign does: version 2 by SIGNATURE_SPEC.md, version 3 by BUNDLE_SPEC.md and
 * sigstore_bundle.proto. It knows nothing of the code that verifies.
 *
 * @param pair the key, ECDSA on P-256
 * @param publicKey its public half in a file, in PEM
 */
record CosignKey(KeyPair pair, Path publicKey) {
  /** Makes a key, whose public half becomes {@code NAME.pub} beside the policies. */
  static CosignKey make(Workspace workspace, String name) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      String pem =
          "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
              .formatted(
                  Base64.getMimeEncoder(64, new byte[] {'\n'})
                      .encodeToString(pair.getPublic().getEncoded()));
      return new CosignKey(pair, Files.writeString(workspace.file(name + ".pub"), pem));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The payload of a simple signing. */
  static byte[] payload(String repository, String digest) {
    return """
    {"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"%s"},"type":"cosign container image signature"},"optional":null}\
    """
        .formatted(repository, digest)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The signature of any bytes, in base64. */
  String sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(pair.getPrivate());
      signer.update(message);
      return Base64.getEncoder().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What `cosign sign` of version 3 states of an image. */
  static String statement(String digest) {
    return """
    {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}\
    """
        .formatted(digest.substring("sha256:".length()));
  }

  /** A bundle with an envelope around {@code statement}. */
  String bundle(String statement) {
    String type = "application/vnd.in-toto+json";
    byte[] payload = statement.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(
        "DSSEv1 %d %s %d "
            .formatted(type.length(), type, payload.length)
            .getBytes(StandardCharsets.UTF_8));
    signed.writeBytes(payload);
    return """
    {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},"dsseEnvelope":{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}}\
    """
        .formatted(Base64.getEncoder().encodeToString(payload), type, sign(signed.toByteArray()));
  }

  /** A bundle with a signature of a manifest's own bytes. */
  String messageBundle(byte[] manifest) {
    return """
    {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},"messageSignature":{"signature":"%s"}}\
    """
        .formatted(sign(manifest));
  }
}
