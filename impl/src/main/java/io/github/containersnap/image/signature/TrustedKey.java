package io.github.containersnap.image.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A public key of the policy. Its kind decides how signatures are made; nothing that came with a
 * signature does.
 *
 * @param name the file's name, for people
 * @param key the key: ECDSA on P-256, P-384 or P-521, Ed25519, or RSA
 */
record TrustedKey(String name, PublicKey key) {
  private static final int LARGEST_FILE = 16 * 1024;
  private static final int SHORTEST_RSA = 2048;
  private static final int LONGEST_RSA = 16_384;
  private static final List<Integer> CURVES = List.of(256, 384, 521);
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----", Pattern.DOTALL);

  /**
   * Reads a key as {@code cosign generate-key-pair} and openssl(1) write it.
   *
   * @throws UnusableKeyPolicyException if it cannot be used
   */
  static TrustedKey read(Path file) {
    try {
      byte[] text = PolicyFile.read(file, LARGEST_FILE, ", which no key has");
      return parse(
          String.valueOf(file.getFileName()), new String(text, StandardCharsets.ISO_8859_1));
    } catch (RejectedSignatureException e) {
      throw new UnusableKeyPolicyException(file, e.why());
    }
  }

  /** Reads a key in PEM. */
  static TrustedKey parse(String name, String text) throws RejectedSignatureException {
    Matcher pem = PEM.matcher(text);
    if (!pem.find()) {
      throw new RejectedSignatureException(
          text.contains("PRIVATE KEY")
              ? "it is a private key, and the public one is needed"
              : "it is not a public key in PEM (-----BEGIN PUBLIC KEY-----)");
    }
    String base64 = pem.group(1).replaceAll("\\s", "");
    if (pem.find()) {
      throw new RejectedSignatureException("it has more than one key");
    }
    try {
      TrustedKey key = new TrustedKey(name, decoded(Base64.getDecoder().decode(base64)));
      key.requireStrength();
      return key;
    } catch (IllegalArgumentException e) {
      throw new RejectedSignatureException("its base64 is broken");
    }
  }

  private static PublicKey decoded(byte[] der) throws RejectedSignatureException {
    for (String kind : List.of("EC", "Ed25519", "RSA")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
      } catch (InvalidKeySpecException another) {
        // The next kind, perhaps.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK knows " + kind, e);
      }
    }
    throw new RejectedSignatureException(
        "it is neither an ECDSA key (P-256, P-384, P-521) nor Ed25519 nor RSA");
  }

  private void requireStrength() throws RejectedSignatureException {
    if (key instanceof RSAPublicKey rsa) {
      BigInteger modulus = rsa.getModulus();
      if (modulus.bitLength() < SHORTEST_RSA || modulus.bitLength() > LONGEST_RSA) {
        throw new RejectedSignatureException(
            "it is an RSA key of %d bits, and %d to %d are accepted"
                .formatted(modulus.bitLength(), SHORTEST_RSA, LONGEST_RSA));
      }
    }
    if (key instanceof ECPublicKey && !CURVES.contains(bits())) {
      throw new RejectedSignatureException(
          "it is an ECDSA key on another curve than P-256, P-384" + " and P-521");
    }
  }

  private int bits() {
    return key instanceof ECPublicKey curve ? curve.getParams().getOrder().bitLength() : 0;
  }

  /** Whether {@code signature} is this key's of {@code message}. */
  boolean verifies(byte[] message, byte[] signature) {
    return algorithms().stream().anyMatch(it -> verifies(it, message, signature));
  }

  /**
   * How cosign signs with such a key. It hashes with SHA-256; newer clients of sigstore take the
   * hash that fits the curve.
   */
  private List<String> algorithms() {
    return switch (key) {
      case ECPublicKey curve ->
          switch (bits()) {
            case 384 -> List.of("SHA384withECDSA", "SHA256withECDSA");
            case 521 -> List.of("SHA512withECDSA", "SHA256withECDSA");
            default -> List.of("SHA256withECDSA");
          };
      case EdECPublicKey edwards -> List.of("Ed25519");
      default -> List.of("SHA256withRSA");
    };
  }

  private boolean verifies(String algorithm, byte[] message, byte[] signature) {
    try {
      return verifies(Signature.getInstance(algorithm), message, signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private boolean verifies(Signature verifier, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }

  /**
   * As {@link #verifies(byte[], byte[])}, of a signature that sigstore made of an artifact: with
   * Ed25519 of its hash (Ed25519ph).
   */
  boolean verifiesArtifact(byte[] message, byte[] signature) {
    if (verifies(message, signature)) {
      return true;
    }
    if (!(key instanceof EdECPublicKey)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(NamedParameterSpec.ED25519.getName());
      verifier.setParameter(new EdDSAParameterSpec(true));
      return verifies(verifier, message, signature);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** Whether it is the same key, whatever its file is called. */
  boolean isSameAs(TrustedKey other) {
    return Arrays.equals(key.getEncoded(), other.key.getEncoded());
  }
}
