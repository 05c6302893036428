package io.github.containersnap.image.signature;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.util.Base64;
import java.util.Optional;

/**
 * A key that signs as cosign does.
 *
 * @param pair the key
 * @param algorithm how it signs
 * @param parameters of the signature, if it has some
 */
record SigningKey(KeyPair pair, String algorithm, Optional<AlgorithmParameterSpec> parameters) {
  static SigningKey make(String algorithm) {
    return switch (algorithm) {
      case "P-256" -> curve("secp256r1", "SHA256withECDSA");
      case "P-384" -> curve("secp384r1", "SHA384withECDSA");
      case "P-384 with SHA-256" -> curve("secp384r1", "SHA256withECDSA");
      case "P-521" -> curve("secp521r1", "SHA512withECDSA");
      case "Ed25519" -> of("Ed25519", generator("Ed25519"));
      case "Ed25519ph" ->
          new SigningKey(
              generator("Ed25519").generateKeyPair(),
              "Ed25519",
              Optional.of(new EdDSAParameterSpec(true)));
      case "RSA" -> rsa(2048);
      default -> throw new IllegalArgumentException(algorithm);
    };
  }

  static SigningKey rsa(int bits) {
    KeyPairGenerator generator = generator("RSA");
    generator.initialize(bits);
    return of("SHA256withRSA", generator);
  }

  static SigningKey curve(String name, String algorithm) {
    KeyPairGenerator generator = generator("EC");
    try {
      generator.initialize(new ECGenParameterSpec(name));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return of(algorithm, generator);
  }

  private static SigningKey of(String algorithm, KeyPairGenerator generator) {
    return new SigningKey(generator.generateKeyPair(), algorithm, Optional.empty());
  }

  private static KeyPairGenerator generator(String kind) {
    try {
      return KeyPairGenerator.getInstance(kind);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String pem() {
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(
            Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPublic().getEncoded()));
  }

  TrustedKey trusted(String name) {
    try {
      return TrustedKey.parse(name, pem());
    } catch (RejectedSignatureException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(pair.getPrivate());
      if (parameters.isPresent()) {
        signer.setParameter(parameters.get());
      }
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String signInBase64(byte[] message) {
    return Base64.getEncoder().encodeToString(sign(message));
  }

  /** A bundle with an envelope around {@code payload}. */
  String bundle(String payload, String type) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(
        "DSSEv1 %d %s %d "
            .formatted(type.length(), type, bytes.length)
            .getBytes(StandardCharsets.UTF_8));
    signed.writeBytes(bytes);
    return """
    {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},"dsseEnvelope":{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}}\
    """
        .formatted(
            Base64.getEncoder().encodeToString(bytes), type, signInBase64(signed.toByteArray()));
  }

  /** A bundle with a signature of the bytes of {@code artifact}. */
  String messageBundle(byte[] artifact) {
    return """
    {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},"messageSignature":{"signature":"%s"}}\
    """
        .formatted(signInBase64(artifact));
  }
}
