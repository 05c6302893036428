package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.harness.registry.LocalRegistry;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images of a real registry, which the gate takes as the command line does. */
@Timeout(300)
class RegistryImagesTest {
  @TempDir Path directory;
  private Workspace workspace;
  private LocalRegistry registry;

  @BeforeEach
  void fill_a_registry() throws IOException {
    workspace =
        Workspace.open(Files.createDirectories(ImageCache.ofThisUser().root().resolve("runs")));
    registry = LocalRegistry.open(workspace, "registry");
    push("os:1", ExampleImage.bootable());
    push("os:2", ExampleImage.bootable().file("etc/version", "2"));
    push("os:broken", ExampleImage.bootable().file("../outside", "x"));
  }

  private void push(String nameAndTag, TarFile... layers) {
    Path layout = directory.resolve(nameAndTag.replace(':', '-'));
    byte[][] bytes = Stream.of(layers).map(TarFile::bytes).toArray(byte[][]::new);
    registry.push("oci:" + ExampleImage.of(layout, bytes).directory(), nameAndTag);
  }

  @AfterEach
  void close() throws IOException {
    registry.close();
    workspace.close();
    Remains.assertNothingIsLeftOf(ProcessHandle.current().pid());
  }

  private static String lint(Object... arguments) {
    CommandLineRun run =
        CommandLineRun.of(
            new RealMachineAccess(), Stream.of(arguments).map(Object::toString).toList());
    assertThat(run.exit()).isEqualTo(2);
    return run.error().lines().findFirst().orElse("").replaceFirst("^container-snap: ", "");
  }

  @Test
  void an_update_from_one_to_another_is_checked() throws IOException {
    Path report = directory.resolve("report");
    GateRun run =
        GateRun.of(
            "check",
            "--insecure",
            registry.reference("os:1"),
            registry.reference("os:2"),
            "--states",
            "flush",
            "--sample",
            "3",
            "--report",
            report);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Files.readString(report.resolve("result.json"))).contains("\"verdict\" : \"holds\"");
  }

  @Test
  void one_that_cannot_be_used_is_refused_as_lint_refuses_it() {
    String broken = registry.reference("os:broken");
    assertThat(GateRun.of("check", "--insecure", broken, broken).refusal())
        .isEqualTo(lint("--insecure", "lint", broken))
        .contains("its entry \"../outside\" contains \"..\"");
    String absent = registry.reference("os:none");
    assertThat(GateRun.of("check", "--insecure", absent, absent).refusal())
        .isEqualTo(lint("--insecure", "lint", absent))
        .contains("manifest unknown");
  }

  @Test
  void certificates_and_policies_are_looked_at_as_they_are_by_the_command_line()
      throws IOException {
    String image = registry.reference("os:1");
    assertThat(GateRun.of("check", image, image).refusal())
        .isEqualTo(lint("lint", image))
        .contains("server gave HTTP response to HTTPS client");
    Path policy = directory.resolve("policy.json");
    Files.writeString(policy, "{\"default\": [{\"type\": \"reject\"}]}");
    assertThat(
            GateRun.of("check", "--insecure", "--signature-policy", policy, image, image).refusal())
        .isEqualTo(lint("--insecure", "lint", "--signature-policy", policy, image))
        .contains("rejected by policy");
  }

  @Test
  void a_password_is_taken_from_a_file() throws IOException {
    try (LocalRegistry guarded = LocalRegistry.withPassword(workspace, "guarded")) {
      guarded.push("oci:" + directory.resolve("os-1"), "os:1");
      String image = guarded.reference("os:1");
      Path logins =
          Files.writeString(
              directory.resolve("logins.json"),
              "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
                  .formatted(
                      guarded.address(),
                      Base64.getEncoder()
                          .encodeToString(
                              (LocalRegistry.USER + ":" + LocalRegistry.PASSWORD)
                                  .getBytes(StandardCharsets.UTF_8))));
      GateRun same = GateRun.of("check", "--insecure", "--authfile", logins, image, image);
      assertThat(same.sentence(ExitStatus.NOTHING_TO_CHECK)).contains("are the same image");
      assertThat(GateRun.of("check", "--insecure", image, image).refusal())
          .contains("authentication required");
    }
  }
}
