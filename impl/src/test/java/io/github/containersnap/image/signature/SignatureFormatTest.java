package io.github.containersnap.image.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two formats that cosign writes. */
class SignatureFormatTest {
  private static final String REPOSITORY = "registry.example/os";
  private static final String IN_TOTO = "application/vnd.in-toto+json";
  private static final SignableManifest IMAGE =
      SignableManifest.of("manifest", bytes("{\"schemaVersion\": 2}"));
  private static final SignableManifest ANOTHER = SignableManifest.of("manifest", bytes("{}"));

  private final SigningKey signing = SigningKey.make("P-256");
  private final TrustedKey key = signing.trusted("os.pub");
  private final KeyRule rule = new KeyRule(List.of(key), 1, REPOSITORY);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String payload(String repository, String digest, String type) {
    return """
    {"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"%s"},"type":"%s"},"optional":null}\
    """
        .formatted(repository, digest, type);
  }

  private static String payload(String repository) {
    return payload(repository, IMAGE.digest(), "cosign container image signature");
  }

  private List<TrustedKey> simple(String payload) throws RejectedSignatureException {
    return SimpleSigning.signers(bytes(payload), signing.signInBase64(bytes(payload)), IMAGE, rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        REPOSITORY,
        REPOSITORY + ":1",
        REPOSITORY + "@sha256:0",
        REPOSITORY + ":1@sha256:0"
      })
  void a_payload_of_the_image_in_its_repository_counts(String named) throws Exception {
    assertThat(simple(payload(named))).containsExactly(key);
  }

  @Test
  void of_docker_hub_all_names_are_the_same() throws Exception {
    KeyRule hub = new KeyRule(List.of(key), 1, "docker.io/library/os");
    String payload = payload("index.docker.io/library/os");

    assertThat(
            SimpleSigning.signers(bytes(payload), signing.signInBase64(bytes(payload)), IMAGE, hub))
        .containsExactly(key);
  }

  @Test
  void a_payload_that_proves_nothing_is_rejected_with_the_reason() {
    assertRejected(
        () -> simple(payload("registry.example/os/testing")),
        "it is of an image in the repository \"registry.example/os/testing\", not " + REPOSITORY);
    assertRejected(() -> simple(payload("")), "it is of an image in the repository \"\"");
    assertRejected(
        () -> simple(payload(REPOSITORY, ANOTHER.digest(), "cosign container image signature")),
        "it is of another image, " + ANOTHER.digest());
    assertRejected(
        () -> simple(payload(REPOSITORY, IMAGE.digest(), "atomic container signature")),
        "its payload has the type \"atomic container signature\"");
    assertRejected(() -> simple("[]"), "its payload has the type \"\"");
    assertRejected(() -> simple("{"), "its payload cannot be read: it is not JSON");
    String twice = payload(REPOSITORY).replace("{\"critical\"", "{\"critical\":{},\"critical\"");
    assertRejected(() -> simple(twice), "its payload cannot be read");
    assertRejected(() -> simple(payload(REPOSITORY) + "x"), "its payload cannot be read");
  }

  @Test
  void a_signature_that_no_key_made_is_rejected_before_its_payload_is_read() {
    byte[] payload = bytes(payload(REPOSITORY));
    String others = SigningKey.make("P-256").signInBase64(payload);

    assertRejected(
        () -> SimpleSigning.signers(payload, others, IMAGE, rule), "no key of the policy made it");
    assertRejected(
        () -> SimpleSigning.signers(bytes("{"), others, IMAGE, rule),
        "no key of the policy made it");
    assertRejected(
        () -> SimpleSigning.signers(payload, "", IMAGE, rule), "it has no annotation dev.cosign");
    assertRejected(
        () -> SimpleSigning.signers(payload, "*", IMAGE, rule), "its signature is not base64");
  }

  private static String statement(String digest) {
    return """
    {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}\
    """
        .formatted(digest.replace("sha256:", ""));
  }

  private List<TrustedKey> bundle(String text) throws RejectedSignatureException {
    return SigstoreBundle.signers(bytes(text), IMAGE, rule);
  }

  @Test
  void a_bundle_with_a_statement_or_a_signature_of_the_manifest_counts() throws Exception {
    assertThat(bundle(signing.bundle(statement(IMAGE.digest()), IN_TOTO))).containsExactly(key);
    assertThat(bundle(signing.messageBundle(IMAGE.bytes()))).containsExactly(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "0.2", "0.3"})
  void bundles_of_older_versions_count(String version) throws Exception {
    String text =
        signing
            .bundle(statement(IMAGE.digest()), IN_TOTO)
            .replace("bundle.v0.3+json", "bundle+json;version=" + version);
    assertThat(bundle(text)).containsExactly(key);
  }

  @Test
  void an_envelope_that_proves_nothing_is_rejected_with_the_reason() {
    String good = signing.bundle(statement(IMAGE.digest()), IN_TOTO);
    assertRejected(
        () -> bundle(signing.bundle(statement(ANOTHER.digest()), IN_TOTO)),
        "it is of another image, " + ANOTHER.digest());
    assertRejected(
        () -> bundle(signing.bundle(statement(IMAGE.digest()), "text/plain")),
        "its payload is \"text/plain\"");
    assertRejected(
        () ->
            bundle(
                signing.bundle(
                    statement(IMAGE.digest()).replace("cosign/sign/v1", "provenance"), IN_TOTO)),
        "it is an attestation (https://sigstore.dev/provenance), not a signature");
    assertRejected(
        () ->
            bundle(
                signing.bundle(
                    statement(IMAGE.digest()).replace("in-toto.io", "example.com"), IN_TOTO)),
        "its payload is not an in-toto statement");
    assertRejected(
        () -> bundle(SigningKey.make("P-256").bundle(statement(IMAGE.digest()), IN_TOTO)),
        "no key of the policy made it");
    assertRejected(
        () -> bundle(good.replace("[{\"sig\"", "[{},{\"sig\"")),
        "its envelope has 2 signatures instead of 1");
    assertRejected(
        () -> bundle(good.replace("\"dsseEnvelope\"", "\"other\"")), "it has not exactly one");
    assertRejected(
        () -> bundle(good.replace("v0.3", "v0.4")), "it is a bundle of an unknown version");
    assertRejected(
        () -> bundle(good.replaceFirst("\\{", "{\"dsseEnvelope\":{},")), "it cannot be read");
    assertRejected(() -> bundle("[]"), "it is not a JSON object");
    assertRejected(() -> bundle(good.substring(1)), "it cannot be read");
  }

  /** Whoever changes what is signed, the type of content too, needs the key. */
  @Test
  void each_byte_of_an_envelope_is_signed() {
    String good = signing.bundle(statement(IMAGE.digest()), IN_TOTO);
    String payload = Base64.getEncoder().encodeToString(bytes(statement(IMAGE.digest())));
    String changed = Base64.getEncoder().encodeToString(bytes(statement(IMAGE.digest()) + " "));
    assertRejected(() -> bundle(good.replace(payload, changed)), "no key of the policy made it");
    assertRejected(() -> bundle(good.replace(IN_TOTO, "x" + IN_TOTO)), "no key of the policy");
  }

  @Test
  void a_message_s_signature_is_of_the_manifest_s_bytes_whatever_digest_it_claims() {
    String another = signing.messageBundle(ANOTHER.bytes());
    assertRejected(() -> bundle(another), "no key of the policy made it, or it is of something");
    String claiming =
        another.replace(
            "\"messageSignature\":{",
            "\"messageSignature\":{\"messageDigest\":{\"algorithm\":\"SHA2_256\",\"digest\":\"%s\"},"
                .formatted(
                    Base64.getEncoder()
                        .encodeToString(
                            java.util.HexFormat.of()
                                .parseHex(IMAGE.digest().replace("sha256:", "")))));
    assertRejected(() -> bundle(claiming), "no key of the policy made it, or it is of something");
  }

  @Test
  void a_bundle_with_a_certificate_is_told_to_be_keyless() {
    String keyless =
        SigningKey.make("P-256")
            .bundle(statement(IMAGE.digest()), IN_TOTO)
            .replace("{\"publicKey\":{\"hint\":\"x\"}}", "{\"certificate\":{\"rawBytes\":\"\"}}");
    assertRejected(() -> bundle(keyless), "it was made with a certificate (keyless)");
  }

  private static void assertRejected(ThrowingCallable verifying, String why) {
    assertThatThrownBy(verifying)
        .isInstanceOf(RejectedSignatureException.class)
        .hasMessageStartingWith(why);
  }
}
