package io.github.containersnap.image.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedKeyTest {
  private static final byte[] MESSAGE = "a manifest".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ANOTHER = "b manifest".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "P-384 with SHA-256", "P-521", "Ed25519", "RSA"})
  void a_signature_of_each_kind_of_key_verifies_and_no_other(String kind) {
    SigningKey signing = SigningKey.make(kind);
    TrustedKey key = signing.trusted("a.pub");
    byte[] signature = signing.sign(MESSAGE);

    assertThat(key.verifies(MESSAGE, signature)).isTrue();
    assertThat(key.verifiesArtifact(MESSAGE, signature)).isTrue();
    assertThat(key.verifies(ANOTHER, signature)).isFalse();
    assertThat(SigningKey.make(kind).trusted("b.pub").verifies(MESSAGE, signature)).isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] spoilt = signature.clone();
      spoilt[i] ^= 1;
      assertThat(key.verifies(MESSAGE, spoilt)).as("byte %d", i).isFalse();
    }
  }

  @Test
  void an_empty_and_a_truncated_signature_verify_nothing() {
    SigningKey signing = SigningKey.make("P-256");
    TrustedKey key = signing.trusted("a.pub");
    byte[] signature = signing.sign(MESSAGE);

    for (int length = 0; length < signature.length; length++) {
      assertThat(key.verifies(MESSAGE, java.util.Arrays.copyOf(signature, length))).isFalse();
    }
  }

  @Test
  void a_prehashed_signature_of_ed25519_counts_for_artifacts_only() {
    SigningKey signing = SigningKey.make("Ed25519ph");
    TrustedKey key = signing.trusted("a.pub");

    assertThat(key.verifiesArtifact(MESSAGE, signing.sign(MESSAGE))).isTrue();
    assertThat(key.verifiesArtifact(ANOTHER, signing.sign(MESSAGE))).isFalse();
    assertThat(key.verifies(MESSAGE, signing.sign(MESSAGE))).isFalse();
  }

  @Test
  void a_key_that_is_too_weak_or_none_is_refused_with_the_reason() {
    assertRefused(SigningKey.rsa(1024).pem(), "it is an RSA key of 1024 bits");
    assertRefused("", "it is not a public key in PEM");
    assertRefused("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nx\n", "it is a private key");
    assertRefused(
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "it is neither an ECDSA");
    assertRefused(
        "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----\n", "its base64 is broken");
    String pem = SigningKey.make("P-256").pem();
    assertRefused(pem + pem, "it has more than one key");
  }

  private static void assertRefused(String pem, String why) {
    assertThatThrownBy(() -> TrustedKey.parse("a.pub", pem))
        .isInstanceOf(RejectedSignatureException.class)
        .hasMessageStartingWith(why);
  }
}
