package io.github.containersnap.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that podman reads. */
class RegistriesConfTest {
  @TempDir private Path directory;

  private List<String> endpoints(String conf, String name) throws IOException {
    Path file = Files.writeString(directory.resolve("registries.conf"), conf);
    return RegistriesConf.of(file)
        .endpoints(RepositoryName.ofImage(name).orElseThrow(), false)
        .stream()
        .map(it -> it + (it.insecure() ? " insecure" : ""))
        .toList();
  }

  /** The example of containers-registries.conf(5). */
  @Test
  void mirrors_come_first_and_the_longest_prefix_counts() throws IOException {
    String conf =
        """
        unqualified-search-registries = ["example.com"]

        [[registry]]
        prefix = "example.com/foo"
        insecure = false
        blocked = false
        location = "internal-registry-for-example.com/bar"

        [[registry.mirror]]
        location = "example-mirror-0.local/mirror-for-foo"

        [[registry.mirror]]
        location = "example-mirror-1.local/mirrors/foo"
        insecure = true

        [[registry.mirror]]
        location = "by-tag.local"
        pull-from-mirror = "tag-only"

        [[registry]]
        location = "example.com"
        insecure = true
        """;
    assertThat(endpoints(conf, "example.com/foo/image:latest"))
        .containsExactly(
            "example-mirror-0.local/mirror-for-foo/image",
            "example-mirror-1.local/mirrors/foo/image insecure",
            "internal-registry-for-example.com/bar/image");
    assertThat(endpoints(conf, "example.com/foobar"))
        .containsExactly("example.com/foobar insecure");
    assertThat(endpoints(conf, "other.example/os")).containsExactly("other.example/os");
  }

  @Test
  void a_wildcard_matches_subdomains_and_moves_nothing() throws IOException {
    String conf = "[[registry]]\nprefix = \"*.example.com\"\ninsecure = true\n";
    assertThat(endpoints(conf, "a.b.example.com/os"))
        .containsExactly("a.b.example.com/os insecure");
    assertThat(endpoints(conf, "example.com/os")).containsExactly("example.com/os");
  }

  @Test
  void a_file_that_is_not_toml_is_named() {
    assertThatThrownBy(() -> endpoints("[[registry\n", "example.com/os"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("registries.conf is not TOML (line 1)");
  }

  @Test
  void the_most_specific_login_is_taken() throws IOException {
    String outer = base64("outer:1");
    String inner = base64("inner:2");
    Path file =
        Files.writeString(
            directory.resolve("auth.json"),
            """
            {"auths": {"r.example": {"auth": "%s"}, "r.example/a/b": {"auth": "%s"},
             "https://index.docker.io/v1/": {"auth": "%s"}, "bad.example": {"auth": "a\\nb"}}}
            """
                .formatted(outer, inner, outer));
    RegistryLogins logins = RegistryLogins.of(Optional.of(file));

    assertThat(logins.find(new RegistryEndpoint("r.example", "a/b/c", false))).contains(inner);
    assertThat(logins.find(new RegistryEndpoint("r.example", "a/bc", false))).contains(outer);
    assertThat(logins.find(new RegistryEndpoint("docker.io", "library/os", false))).contains(outer);
    assertThat(logins.find(new RegistryEndpoint("other.example", "os", false))).isEmpty();
    assertThat(logins.find(new RegistryEndpoint("bad.example", "os", false))).isEmpty();
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void proxies_are_those_of_the_environment() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of(
                "HTTPS_PROXY", "http://proxy.example:3128",
                "NO_PROXY", "inside.example, .corp.example,10.0.0.1:5000"));
    assertThat(proxies.select(java.net.URI.create("https://r.example/v2/")).toString())
        .contains("proxy.example")
        .contains("3128");
    for (String direct :
        List.of(
            "https://inside.example/",
            "https://r.inside.example/",
            "https://r.corp.example/",
            "https://10.0.0.1:5000/",
            "https://127.0.0.1:5000/",
            "http://r.example/")) {
      assertThat(proxies.select(java.net.URI.create(direct)))
          .containsExactly(java.net.Proxy.NO_PROXY);
    }
  }

  @Test
  void names_of_repositories_are_read_as_podman_reads_them() {
    assertThat(RepositoryName.ofImage("os:1")).hasToString("Optional[docker.io/library/os]");
    assertThat(RepositoryName.ofImage("a/os@sha256:0")).hasToString("Optional[docker.io/a/os]");
    assertThat(RepositoryName.ofImage("localhost/os")).hasToString("Optional[localhost/os]");
    assertThat(RepositoryName.ofImage("h:5000/a/os:1@sha256:0"))
        .hasToString("Optional[h:5000/a/os]");
    assertThat(RepositoryName.ofImage("h.example/../os")).isEmpty();
    assertThat(RepositoryName.ofImage("h.example/")).isEmpty();
    assertThat(RepositoryName.ofImage("")).isEmpty();
    assertThat(RepositoryName.ofImage("h.example/os?x=1")).isEmpty();
  }
}
