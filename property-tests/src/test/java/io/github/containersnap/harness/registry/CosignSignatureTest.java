package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.harness.deployments.TinyImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Images in a registry of which this machine requires signatures of cosign. */
@ExtendWith(Stand.Shared.class)
class CosignSignatureTest {
  private static int count;

  private final Stand stand;
  private LocalRegistry registry;
  private ArtifactRepository os;
  private CosignKey key;
  private Path policy;
  private String digest;

  @SuppressWarnings("NullAway.Init") // beforeEach makes the rest
  CosignSignatureTest(Stand stand) {
    this.stand = stand;
  }

  @BeforeEach
  void an_image_in_a_registry_and_a_key_that_must_have_signed_it() throws IOException {
    stand.emptyTheStore();
    String name = "cosign-" + ++count;
    registry = LocalRegistry.open(stand.workspace(), name);
    registry.push(stand.image().reference(), "os:1");
    os = ArtifactRepository.of(registry, "os");
    digest = os.digest("1");
    key = CosignKey.make(stand.workspace(), name + "-os");
    policy = require(registry.address(), key);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Path require(String prefix, CosignKey... keys) throws IOException {
    StringBuilder names = new StringBuilder();
    for (CosignKey each : keys) {
      names.append(names.isEmpty() ? "" : ", ").append("\"" + each.publicKey() + "\"");
    }
    return write(
        "{\"schema\": 1, \"images\": {\"%s/os\": {\"keys\": [%s]}}}".formatted(prefix, names));
  }

  private Path write(String json) throws IOException {
    return Files.writeString(stand.workspace().file("signatures-" + ++count + ".json"), json);
  }

  private CommandOutput run(String verb, String image) {
    return stand.run("--insecure", verb, "--required-signatures", policy.toString(), image);
  }

  private CommandOutput pull() {
    return run("pull", registry.reference("os:1"));
  }

  /** Deploys nothing: the machine is that of other tests, too. */
  private CommandOutput check() {
    return stand.run(
        "--insecure",
        "update",
        "--check",
        "--required-signatures",
        policy.toString(),
        registry.reference("os:1"));
  }

  private void accepts(CommandOutput output, String... said) {
    assertThat(output.exitCode()).as(output.standardError()).isZero();
    assertThat(output.text()).isEqualTo(stand.image().id());
    assertThat(output.standardError()).contains(said);
    assertThat(stand.run("list-images").text()).contains("@sha256:");
  }

  private void refuses(CommandOutput output, String... said) {
    assertThat(output.exitCode()).as(output.standardError()).isEqualTo(2);
    assertThat(output.text()).isEmpty();
    assertThat(output.standardError()).contains(said).doesNotContain("\tat ");
    assertThat(stand.run("list-images").text()).isEmpty();
  }

  @Test
  void a_signature_under_the_image_s_tag_is_accepted_and_the_image_pulled_by_digest()
      throws IOException {
    byte[] payload = CosignKey.payload(os.fullName(), digest);
    os.signByTag(digest, payload, key.sign(payload));

    CommandOutput checked = check();
    assertThat(checked.exitCode()).as(checked.standardError()).isZero();
    assertThat(checked.standardError())
        .contains("%s signed the manifest %s".formatted(key.publicKey().getFileName(), digest));
    accepts(pull(), "signed the manifest " + digest);
    CommandOutput lint = run("lint", registry.reference("os:1"));
    assertThat(lint.exitCode()).as(lint.standardError()).isZero();
  }

  @Test
  void a_bundle_in_the_list_of_referrers_is_accepted() throws IOException {
    try (RegistryWithReferrers line = RegistryWithReferrers.before(registry)) {
      policy = require(line.address(), key);
      String image = "docker://" + line.address() + "/os:1";
      refuses(run("pull", image), "referrers API: nothing refers to the image");

      String attached = os.attachBundle(digest, key.bundle(CosignKey.statement(digest)));
      line.list(digest, ArtifactRepository.index(attached));
      accepts(run("pull", image), "signed the manifest " + digest, "(referrers API, ");
    }
  }

  @Test
  void a_tag_that_moves_after_it_was_verified_changes_nothing() throws IOException {
    TinyImage unsigned =
        TinyImage.make(Files.createDirectory(stand.workspace().file("moved-" + ++count)), 2);
    registry.push("oci:" + unsigned.layout(), "os:2");
    try (RegistryWithReferrers line = RegistryWithReferrers.before(registry)) {
      policy = require(line.address(), key);
      line.list(
          digest,
          ArtifactRepository.index(
              os.attachBundle(digest, key.bundle(CosignKey.statement(digest)))));
      line.moveAfterNextRead("1", "2");

      accepts(run("pull", "docker://" + line.address() + "/os:1"), "signed the manifest " + digest);
      CommandOutput moved = run("update", "docker://" + line.address() + "/os:1");
      assertThat(moved.exitCode()).as(moved.standardError()).isEqualTo(2);
      assertThat(moved.standardError()).contains("is not signed as", os.digest("2"));
    }
  }

  @Test
  void a_bundle_in_the_list_that_a_tag_has_is_accepted() throws IOException {
    String attached = os.attachBundle(digest, key.bundle(CosignKey.statement(digest)));
    os.putReferrers(digest, attached);

    accepts(pull(), "signed the manifest " + digest, "(tag sha256-");
  }

  @Test
  void a_bundle_of_the_manifest_s_own_bytes_is_accepted() throws IOException {
    os.putReferrers(digest, os.attachBundle(digest, key.messageBundle(os.manifest("1"))));

    accepts(pull(), "signed the manifest " + digest);
  }

  @Test
  void an_image_without_a_signature_is_refused_and_all_places_are_named() {
    for (String verb : new String[] {"pull", "update", "lint"}) {
      refuses(
          run(verb, registry.reference("os:1")),
          "The image %s is not signed as %s requires: by 1 of %s."
              .formatted(registry.reference("os:1"), policy, key.publicKey().getFileName()),
          "Looked for signatures of the manifest",
          digest + ":",
          "….sig: there is none",
          "referrers API: the registry has none",
          "…: there is none",
          "cosign sign --key");
    }
    refuses(check(), "….sig: there is none");
  }

  @Test
  void signatures_that_prove_nothing_are_refused_each_with_its_reason() throws IOException {
    CosignKey other = CosignKey.make(stand.workspace(), "other-" + ++count);
    byte[] payload = CosignKey.payload(os.fullName(), digest);
    os.signByTag(digest, payload, other.sign(payload));
    refuses(pull(), "a signature does not count: no key of the policy made it");

    byte[] elsewhere = CosignKey.payload(os.fullName() + "-testing", digest);
    os.signByTag(digest, elsewhere, key.sign(elsewhere));
    refuses(pull(), "it is of an image in the repository \"%s-testing\"".formatted(os.fullName()));

    byte[] another = CosignKey.payload(os.fullName(), "sha256:" + "0".repeat(64));
    os.signByTag(digest, another, key.sign(another));
    refuses(pull(), "it is of another image, sha256:000");

    String signature = key.sign(payload);
    os.signByTag(digest, payload, signature.substring(0, signature.length() / 2));
    refuses(pull(), "a signature does not count:");

    os.putReferrers(
        digest,
        os.attachBundle(digest, other.bundle(CosignKey.statement(digest))),
        os.attachBundle(digest, key.bundle(CosignKey.statement("sha256:" + "1".repeat(64)))),
        os.attachBundle(
            digest,
            key.bundle(CosignKey.statement(digest).replace("cosign/sign/v1", "cosign/scan/v1"))),
        os.attachBundle(digest, key.bundle(CosignKey.statement(digest)).substring(0, 100)));
    refuses(
        pull(),
        "a bundle does not count: no key of the policy made it",
        "it is of another image, sha256:111",
        "it is an attestation (https://sigstore.dev/cosign/scan/v1), not a signature",
        "it cannot be read: it is not JSON");
  }

  @Test
  void a_signature_as_large_as_none_is_is_not_fetched() throws IOException {
    byte[] huge = "x".repeat(5 << 20).getBytes(StandardCharsets.UTF_8);
    os.signByTag(digest, huge, key.sign(huge));

    refuses(pull(), "its content has more than 4,194,304 bytes, which no signature has");
  }

  @Test
  void of_several_architectures_the_index_or_the_manifest_may_be_signed() throws IOException {
    String entry =
        ArtifactRepository.descriptor(ArtifactRepository.MANIFEST, os.manifest("1"))
            .replaceFirst("}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}");
    os.putManifest("multi", ArtifactRepository.index(entry), ArtifactRepository.INDEX);
    String index = os.digest("multi");
    String image = registry.reference("os:multi");
    refuses(run("pull", image), "of the index", index, "of the manifest", digest);

    byte[] payload = CosignKey.payload(os.fullName(), index);
    os.signByTag(index, payload, key.sign(payload));
    accepts(run("pull", image), "signed the index " + index);

    stand.emptyTheStore();
    byte[] wrong = CosignKey.payload(os.fullName(), digest);
    os.signByTag(index, wrong, key.sign(wrong));
    refuses(run("pull", image), "it is of another image, " + digest);
    os.signByTag(digest, wrong, key.sign(wrong));
    accepts(run("pull", image), "signed the manifest " + digest);
  }

  @Test
  void as_many_keys_must_have_signed_as_the_policy_says() throws IOException {
    CosignKey second = CosignKey.make(stand.workspace(), "second-" + ++count);
    policy =
        write(
            """
            {"schema": 1, "images": {"%s": {"keys": ["%s", "%s"], "required": 2}}}
            """
                .formatted(registry.address(), key.publicKey(), second.publicKey()));
    byte[] payload = CosignKey.payload(os.fullName(), digest);
    os.signByTag(digest, payload, key.sign(payload), key.sign(payload));
    refuses(pull(), "by 2 of", "a good signature of " + key.publicKey().getFileName());

    os.putReferrers(digest, os.attachBundle(digest, second.bundle(CosignKey.statement(digest))));
    accepts(
        pull(),
        key.publicKey().getFileName() + " signed",
        second.publicKey().getFileName() + " signed");
  }

  @Test
  void what_cannot_be_verified_is_refused_unless_the_policy_accepts_its_transport()
      throws IOException {
    String layout = stand.image().reference();
    refuses(
        run("pull", layout), "none can be of one in oci:", "\"transports\": {\"oci\": \"accept\"}");
    refuses(
        run("pull", registry.reference("another:1")), "it does not accept images of", "another");

    policy =
        write(
            """
            {"schema": 1, "images": {"%s": "accept"}, "transports": {"oci": "accept"}}
            """
                .formatted(registry.address()));
    CommandOutput local = run("pull", layout);
    assertThat(local.exitCode()).as(local.standardError()).isZero();
    assertThat(pull().exitCode()).isZero();
  }

  @Test
  void a_policy_that_cannot_be_read_accepts_nothing() throws IOException {
    policy = write("{\"schema\": 1, \"image\": {}}");
    refuses(pull(), policy + " cannot be used: it has \"image\"");
    policy = stand.workspace().file("no-such-policy.json");
    refuses(pull(), policy + " cannot be used: there is no such file.");
  }
}
