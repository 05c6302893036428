package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which images are believed (containers-policy.json(5)). */
@ExtendWith(Stand.Shared.class)
class SignaturePolicyTest {
  private static final String ADVICE =
      "The signature policy (/etc/containers/policy.json or --signature-policy) does not accept it";

  private final Stand stand;

  SignaturePolicyTest(Stand stand) {
    this.stand = stand;
  }

  /** What is in the store already has been accepted before. */
  @BeforeEach
  void nothing_was_accepted_before() {
    stand.emptyTheStore();
  }

  private String policy(String name, String json) throws IOException {
    return Files.writeString(stand.workspace().file(name), json).toString();
  }

  @Test
  void a_policy_that_rejects_is_honoured_and_named() throws IOException {
    String rejecting = policy("reject.json", "{\"default\":[{\"type\":\"reject\"}]}");
    String image = stand.image().reference();

    Refusal.of(
        stand.run("pull", "--signature-policy", rejecting, image), 1, "rejected by policy", ADVICE);
    Refusal.of(
        stand.run("update", "--signature-policy", rejecting, image),
        1,
        "rejected by policy",
        ADVICE);
    assertThat(stand.run("list-images").text()).isEmpty();
    assertThat(stand.run("pull", image).text()).isEqualTo(stand.image().id());
  }

  @Test
  void with_a_policy_of_signatures_what_is_signed_is_accepted_and_nothing_else()
      throws IOException {
    try (LocalRegistry registry = LocalRegistry.open(stand.workspace(), "signatures");
        SigningKey key = SigningKey.make(stand.workspace(), "key");
        SigningKey other = SigningKey.make(stand.workspace(), "other-key")) {
      lookForSignaturesIn(stand.workspace().file("signatures-beside"));
      key.sign(stand.image().reference(), registry, "signed:1", registries());
      other.sign(stand.image().reference(), registry, "by-another:1", registries());
      registry.push(stand.image().reference(), "unsigned:1");
      String policy =
          policy(
              "signed.json",
              """
              {"default": [{"type": "reject"}],
               "transports": {"docker": {"%s":
                 [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "%s"}]}}}
              """
                  .formatted(registry.address(), key.publicKey()));

      Refusal.of(
          pull(policy, registry.reference("unsigned:1")),
          1,
          "A signature was required, but no signature exists",
          ADVICE);
      Refusal.of(
          pull(policy, registry.reference("by-another:1")), 1, "Source image rejected", ADVICE);
      assertThat(stand.run("list-images").text()).isEmpty();
      CommandOutput signed = pull(policy, registry.reference("signed:1"));
      assertThat(signed.exitCode()).as(signed.standardError()).isZero();
      assertThat(signed.text()).isEqualTo(stand.image().id());
    }
  }

  private CommandOutput pull(String policy, String image) {
    return stand.run("--insecure", "pull", "--signature-policy", policy, image);
  }

  private Path registries() {
    return stand.home().resolve(".config/containers/registries.d");
  }

  /** containers-registries.d(5); `sigstore` is what `lookaside` was called before podman 4.4. */
  private void lookForSignaturesIn(Path directory) throws IOException {
    Files.createDirectories(registries());
    Files.writeString(
        registries().resolve("default.yaml"),
        "default-docker:\n  sigstore: file://%s\n".formatted(directory));
  }
}
