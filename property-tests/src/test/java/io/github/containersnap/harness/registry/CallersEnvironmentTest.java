package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a caller has set for containers of their own has no say in the system's store (P13). */
@ExtendWith(Stand.Shared.class)
class CallersEnvironmentTest {
  private final Stand stand;

  CallersEnvironmentTest(Stand stand) {
    this.stand = stand;
  }

  @Test
  void no_other_service_of_podman_is_ever_asked() throws IOException {
    Path socket = Files.createTempDirectory("podman").resolve("sock");
    try (ServerSocketChannel service = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      service.bind(UnixDomainSocketAddress.of(socket));
      service.configureBlocking(false);
      Map<String, String> environment =
          Map.of(
              "CONTAINER_HOST", "unix://" + socket,
              "DOCKER_HOST", "unix://" + socket,
              "CONTAINER_CONNECTION", "elsewhere",
              "CONTAINERS_CONF_OVERRIDE", "/nonexistent",
              "STORAGE_OPTS", "overlay.mountopt=nodev");

      for (String[] command :
          new String[][] {{"pull", stand.image().reference()}, {"list-images"}, {"prune"}}) {
        CommandOutput output = stand.run(environment, command);
        assertThat(output.exitCode()).as(output.standardError()).isZero();
      }

      assertThat(Optional.<SocketChannel>ofNullable(service.accept())).isEmpty();
    } finally {
      Files.delete(socket);
      Files.delete(socket.getParent());
    }
  }

  @Test
  void a_podman_that_fails_is_no_proof_that_the_store_is_damaged() throws IOException {
    assertThat(stand.run("pull", stand.image().reference()).exitCode()).isZero();
    String before = layers();

    for (String[] command :
        new String[][] {{"pull", stand.image().reference()}, {"delete", "--url=" + name()}}) {
      CommandOutput output =
          stand.runBehind(
              ExternalCommand.of("unshare", "--mount", "--propagation", "private")
                  .with("sh", "-c", "mount --bind /bin/false /usr/bin/podman && exec \"$@\"", "sh"),
              Map.of(),
              command);
      assertThat(output.exitCode()).as(output.standardError()).isNotZero();
    }

    assertThat(layers()).isEqualTo(before).isNotEmpty();
  }

  private String name() {
    return stand.run("list-images").lines().getLast().split(",", 3)[2];
  }

  private String layers() {
    return ExternalCommand.of("ls", stand.store().resolve("btrfs/subvolumes")).run().text();
  }

  @Test
  void temporary_files_lie_on_the_store_s_filesystem_and_nowhere_else() throws IOException {
    stand.emptyTheStore();

    CommandOutput output =
        stand.runBehind(
            ExternalCommand.of("unshare", "--mount", "--propagation", "private")
                .with("sh", "-c", "mount -t tmpfs -o ro none /var/tmp && exec \"$@\"", "sh"),
            Map.of("TMPDIR", "/var/tmp"),
            "pull",
            stand.image().reference());

    assertThat(output.exitCode()).as(output.standardError()).isZero();
    assertThat(stand.store().resolve("tmp")).isEmptyDirectory();
  }
}
