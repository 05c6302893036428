package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Registries that ask who is there (containers-auth.json(5)). */
@ExtendWith(Stand.Shared.class)
class RegistryLoginTest {
  private static final String ADVICE =
      "Log in with `podman login`, or name a file of valid logins with --authfile.";

  private final Stand stand;

  RegistryLoginTest(Stand stand) {
    this.stand = stand;
  }

  private Path logins(LocalRegistry registry, String name, String password) throws IOException {
    String login =
        Base64.getEncoder()
            .encodeToString((LocalRegistry.USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    Path file = stand.workspace().file(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(
        file, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), login));
  }

  @Test
  void without_a_login_and_with_a_wrong_one_the_refusal_is_one_sentence() throws IOException {
    try (LocalRegistry registry = LocalRegistry.withPassword(stand.workspace(), "asks-first")) {
      registry.push(stand.image().reference(), "os:1");
      String image = registry.reference("os:1");
      Path wrong = logins(registry, "wrong.json", "incorrect");

      Refusal.of(stand.run("--insecure", "pull", image), 1, "authentication required", ADVICE);
      Refusal.of(
          stand.run("--insecure", "pull", "--authfile", wrong.toString(), image),
          1,
          "unauthorized",
          ADVICE);
      Refusal.of(
          stand.run("--insecure", "lint", "--authfile", wrong.toString(), image),
          2,
          "unauthorized",
          ADVICE);
    }
  }

  @Test
  void a_login_is_taken_from_the_file_the_variable_or_podman_s_own_place() throws IOException {
    try (LocalRegistry registry = LocalRegistry.withPassword(stand.workspace(), "asks-again")) {
      registry.push(stand.image().reference(), "os:1");
      String image = registry.reference("os:1");
      Path right = logins(registry, "right.json", LocalRegistry.PASSWORD);
      Path wrong = logins(registry, "also-wrong.json", "incorrect");
      Path runtime = Files.createDirectory(stand.workspace().file("runtime-of-a-login"));
      Files.createDirectory(runtime.resolve("containers"));
      Files.copy(right, runtime.resolve("containers/auth.json"));

      assertPulls(stand.run("--insecure", "pull", "--authfile", right.toString(), image));
      assertPulls(
          stand.run(Map.of("REGISTRY_AUTH_FILE", right.toString()), "--insecure", "pull", image));
      assertPulls(
          stand.run(
              Map.of("REGISTRY_AUTH_FILE", wrong.toString()),
              "--insecure",
              "pull",
              "--authfile",
              right.toString(),
              image));
      assertPulls(
          stand.run(Map.of("XDG_RUNTIME_DIR", runtime.toString()), "--insecure", "pull", image));
      assertThat(stand.run("--insecure", "lint", "--authfile", right.toString(), image).exitCode())
          .isZero();
    }
  }

  private void assertPulls(CommandOutput output) {
    assertThat(output.exitCode()).as(output.standardError()).isZero();
    assertThat(output.text()).isEqualTo(stand.image().id());
  }
}
