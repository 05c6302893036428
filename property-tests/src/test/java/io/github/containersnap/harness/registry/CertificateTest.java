package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Registries whose certificate nobody vouches for, or that have none. */
@ExtendWith(Stand.Shared.class)
class CertificateTest {
  private static final String ADVICE =
      "Put the registry's CA into /etc/containers/certs.d/HOST:PORT/ca.crt, or use --insecure";

  private final Stand stand;

  CertificateTest(Stand stand) {
    this.stand = stand;
  }

  @Test
  void an_unknown_certificate_is_refused_unless_insecure_is_asked_for() throws IOException {
    try (LocalRegistry registry =
        LocalRegistry.withUnknownCertificate(stand.workspace(), "unknown")) {
      registry.push(stand.image().reference(), "os:1");
      refusesAndAccepts(
          registry.reference("os:1"), "x509: certificate signed by unknown authority");
    }
  }

  @Test
  void http_is_refused_unless_insecure_is_asked_for() throws IOException {
    try (LocalRegistry registry = LocalRegistry.open(stand.workspace(), "bare")) {
      registry.push(stand.image().reference(), "os:1");
      refusesAndAccepts(registry.reference("os:1"), "server gave HTTP response to HTTPS client");
    }
  }

  /** As containers-registries.conf(5) has it: what the machine's owner wrote there counts. */
  @Test
  void http_is_accepted_of_a_registry_that_registries_conf_calls_insecure() throws IOException {
    try (LocalRegistry registry = LocalRegistry.open(stand.workspace(), "trusted")) {
      registry.push(stand.image().reference(), "os:1");
      String image = registry.reference("os:1");
      Path settings = Files.createDirectories(stand.home().resolve(".config/containers"));
      Path configuration =
          Files.writeString(
              settings.resolve("registries.conf"),
              "[[registry]]%nlocation = \"%s\"%ninsecure = true%n".formatted(registry.address()));
      try {
        CommandOutput pulled = stand.run("pull", image);
        assertThat(pulled.exitCode()).as(pulled.standardError()).isZero();
        CommandOutput lint = stand.run("lint", image);
        assertThat(lint.exitCode()).as(lint.standardError()).isZero();
      } finally {
        Files.delete(configuration);
      }
    }
  }

  private void refusesAndAccepts(String image, String why) {
    Refusal.of(stand.run("pull", image), 1, why, ADVICE);
    Refusal.of(stand.run("update", image), 1, why, ADVICE);
    Refusal.of(stand.run("lint", image), 2, why, ADVICE);
    CommandOutput insecure = stand.run("--insecure", "pull", image);
    assertThat(insecure.exitCode()).as(insecure.standardError()).isZero();
    assertThat(insecure.text()).isEqualTo(stand.image().id());
    assertThat(stand.run("--insecure", "lint", image).exitCode()).isZero();
  }
}
