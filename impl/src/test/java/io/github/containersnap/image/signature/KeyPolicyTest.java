package io.github.containersnap.image.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.registry.RepositoryName;
import io.github.containersnap.image.signature.KeyPolicy.Demand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyPolicyTest {
  @TempDir private Path directory;

  @BeforeEach
  void two_keys() throws IOException {
    Files.writeString(directory.resolve("a.pub"), SigningKey.make("P-256").pem());
    Files.writeString(directory.resolve("b.pub"), SigningKey.make("Ed25519").pem());
  }

  private KeyPolicy policy(String json) throws IOException {
    return KeyPolicy.read(Files.writeString(directory.resolve("signatures.json"), json));
  }

  private static Demand of(KeyPolicy policy, String reference) {
    return policy.of(RepositoryName.of(new ImageReference(reference)));
  }

  private static String keys(Demand demand) {
    return demand instanceof Demand.Signatures(KeyRule rule) ? rule.inWords() : demand.toString();
  }

  @Test
  void the_longest_name_that_fits_counts_up_to_a_slash() throws IOException {
    KeyPolicy policy =
        policy(
            """
            {"schema": 1, "images": {
              "registry.example": {"keys": ["a.pub"]},
              "registry.example/os": {"keys": ["a.pub", "b.pub"], "required": 2},
              "registry.example/os/scratch": "accept",
              "localhost:5000": {"keys": ["b.pub"]}}}
            """);
    assertThat(keys(of(policy, "docker://registry.example/tools:1"))).isEqualTo("1 of a.pub");
    assertThat(keys(of(policy, "docker://registry.example/os:1"))).isEqualTo("2 of a.pub, b.pub");
    assertThat(keys(of(policy, "registry.example/os/x"))).isEqualTo("2 of a.pub, b.pub");
    assertThat(keys(of(policy, "docker://registry.example/osx"))).isEqualTo("1 of a.pub");
    assertThat(of(policy, "registry.example/os/scratch@sha256:0")).isEqualTo(new Demand.Nothing());
    assertThat(keys(of(policy, "docker://localhost:5000/os:1"))).isEqualTo("1 of b.pub");
  }

  @Test
  void what_is_not_named_is_refused_unless_the_policy_says_otherwise() throws IOException {
    KeyPolicy strict = policy("{\"schema\": 1}");
    assertThat(of(strict, "docker://registry.example/os")).isEqualTo(new Demand.Impossible(false));
    assertThat(strict.ofLocal("oci")).isEqualTo(new Demand.Impossible(true));

    KeyPolicy lenient =
        policy("{\"schema\": 1, \"others\": \"accept\", \"transports\": {\"oci\": \"accept\"}}");
    assertThat(of(lenient, "docker://registry.example/os")).isEqualTo(new Demand.Nothing());
    assertThat(lenient.ofLocal("oci")).isEqualTo(new Demand.Nothing());
    assertThat(lenient.ofLocal("oci-archive")).isEqualTo(new Demand.Impossible(true));
  }

  @Test
  void a_signature_must_name_the_image_s_repository_or_the_one_that_the_policy_says()
      throws IOException {
    KeyPolicy policy =
        policy(
            """
            {"schema": 1, "images": {
              "registry.example": {"keys": ["a.pub"]},
              "mirror.example/os": {"keys": ["a.pub"], "identity": "registry.example/os"}}}
            """);
    assertThat(of(policy, "docker://registry.example/os:1"))
        .extracting(demand -> ((Demand.Signatures) demand).rule().identity())
        .isEqualTo("registry.example/os");
    assertThat(of(policy, "docker://mirror.example/os:1"))
        .extracting(demand -> ((Demand.Signatures) demand).rule().identity())
        .isEqualTo("registry.example/os");
  }

  @Test
  void names_of_docker_hub_are_one() throws IOException {
    KeyPolicy policy =
        policy("{\"schema\": 1, \"images\": {\"docker.io/library/os\": {\"keys\": [\"a.pub\"]}}}");
    assertThat(keys(of(policy, "os:1"))).isEqualTo("1 of a.pub");
    assertThat(keys(of(policy, "docker://index.docker.io/library/os"))).isEqualTo("1 of a.pub");
  }

  @Test
  void a_policy_that_cannot_be_followed_is_refused_with_the_file_and_the_reason()
      throws IOException {
    assertUnusable("", "its \"schema\" is not 1|it is not an object");
    assertUnusable("{\"schema\": 2}", "its \"schema\" is not 1");
    assertUnusable("{\"schema\": 1", "it is not JSON from line 1");
    assertUnusable("{\"schema\": 1, \"schema\": 1}", "it is not JSON from line 1");
    assertUnusable("{\"schema\": 1, \"image\": {}}", "it has \"image\", and only");
    assertUnusable("{\"schema\": 1, \"others\": true}", "\"others\" is neither \"accept\" nor");
    assertUnusable(
        "{\"schema\": 1, \"transports\": {\"docker\": \"accept\"}}",
        "\"docker\" is not a transport of local images");
    assertUnusable("{\"schema\": 1, \"images\": []}", "its \"images\" is not an object");
    assertUnusable(entry("os", "\"accept\""), "\"os\" is not the name of a registry");
    assertUnusable(entry("r.example/Os", "\"accept\""), "\"r.example/Os\" is not the name");
    assertUnusable(entry("r.example/os/", "\"accept\""), "\"r.example/os/\" is not the name");
    assertUnusable(entry("r.example", "{}"), "\"r.example\" has no list of 1 to 32 \"keys\"");
    assertUnusable(
        entry("r.example", "{\"keys\": [\"a.pub\", \"./a.pub\"]}"), "\"r.example\" has the key");
    assertUnusable(
        entry("r.example", "{\"keys\": [\"a.pub\"], \"required\": 2}"),
        "the \"required\" of \"r.example\" is not between 1 and 1");
    assertUnusable(
        entry("r.example", "{\"keys\": [\"a.pub\"], \"requires\": 1}"),
        "\"r.example\" has \"requires\"");
    assertUnusable(
        entry("r.example", "{\"keys\": [\"\\u0000\"]}"), "a key of \"r.example\" is not the name");
    assertThatThrownBy(() -> policy(entry("r.example", "{\"keys\": [\"c.pub\"]}")))
        .hasMessage(directory.resolve("c.pub") + " cannot be used: there is no such file.");
  }

  private static String entry(String name, String value) {
    return "{\"schema\": 1, \"images\": {\"%s\": %s}}".formatted(name, value);
  }

  private void assertUnusable(String json, String why) {
    String alternatives =
        String.join(
            "|",
            java.util.stream.Stream.of(why.split("\\|", -1))
                .map(java.util.regex.Pattern::quote)
                .toList());
    assertThatThrownBy(() -> policy(json))
        .isInstanceOf(UnusableKeyPolicyException.class)
        .hasMessageMatching(
            java.util.regex.Pattern.quote(
                    directory.resolve("signatures.json") + " cannot be used: ")
                + "(?:"
                + alternatives
                + ").*");
  }

  @Test
  void a_directory_and_a_file_without_end_are_no_policies() throws IOException {
    assertThatThrownBy(() -> KeyPolicy.read(directory)).hasMessageContaining("it is not a file");
    assertThatThrownBy(() -> KeyPolicy.read(Path.of("/dev/zero")))
        .hasMessageContaining("it is not a file");
    assertThatThrownBy(() -> policy(" ".repeat(300_000)))
        .hasMessageContaining("it has more than 262,144 bytes");
  }
}
