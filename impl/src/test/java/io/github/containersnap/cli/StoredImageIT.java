package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.BtrfsOnLoop;
import io.github.containersnap.cli.ImageAsBuilt.Config;
import io.github.containersnap.cli.ImageAsBuilt.Form;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image that was built on this machine and is in its container storage only. The storage of this
 * test is the caller's by {@code CONTAINERS_STORAGE_CONF}, as it is with podman.
 */
final class StoredImageIT {
  private static final Path PROGRAM =
      Path.of("target/bundle/usr/bin/container-snap").toAbsolutePath();
  private static final String IMAGE = "containers-storage:localhost/built-here:1";

  @TempDir Path scratch;
  private Optional<BtrfsOnLoop> disk = Optional.empty();
  private Path configuration = Path.of("");

  @BeforeEach
  void build_an_image_into_the_storage() throws IOException {
    configuration =
        Files.writeString(
            scratch.resolve("storage.conf"),
            """
            [storage]
            driver = "vfs"
            graphroot = "%1$s/storage"
            runroot = "%1$s/run"
            """
                .formatted(scratch));
    String layout =
        ImageAsBuilt.usual(Form.LAYOUT, Config.USUAL, Optional.empty())
            .in(scratch.resolve("image"), 1);
    inTheStorage("skopeo", "copy", "--quiet", layout, IMAGE);
    disk = Optional.of(new BtrfsOnLoop(Files.createDirectory(scratch.resolve("disk")), "1G"));
    assertThat(containerSnap("init").succeeded()).isTrue();
  }

  @AfterEach
  void remove_the_disk() {
    disk.ifPresent(BtrfsOnLoop::close);
  }

  private CommandOutput inTheStorage(Object... command) {
    CommandOutput output =
        ExternalCommand.of(command)
            .withEnvironment("CONTAINERS_STORAGE_CONF", configuration.toString())
            .runAnyStatus();
    assertThat(output.succeeded()).as(output.standardError()).isTrue();
    return output;
  }

  private CommandOutput containerSnap(Object... arguments) {
    return ExternalCommand.of(PROGRAM, "--root", disk.orElseThrow().directory())
        .with(arguments)
        .withEnvironment("CONTAINERS_STORAGE_CONF", configuration.toString())
        .runAnyStatus();
  }

  @Test
  void what_lint_passes_is_deployed_and_stays_in_the_storage() throws IOException {
    CommandOutput lint = containerSnap("lint", IMAGE);
    assertThat(lint.succeeded()).as(lint.text() + lint.standardError()).isTrue();
    assertThat(containerSnap("lint", "built-here:1").text())
        .contains("containers-storage:built-here:1 has no ");

    CommandOutput update = containerSnap("update", IMAGE);

    assertThat(update.succeeded()).as(update.standardError()).isTrue();
    CommandOutput deployed = containerSnap("get-default");
    CommandOutput verify = containerSnap("verify", deployed.text().strip());
    assertThat(verify.succeeded()).as(verify.standardError()).isTrue();
    String id = inTheStorage("podman", "image", "inspect", "-f", "{{.Id}}", "built-here:1").text();
    assertThat(deployed.text()).startsWith(id.strip());
    Path store = disk.orElseThrow().directory().resolve("@var/lib/container-snap/snapshots");
    try (Stream<Path> temporary = Files.list(store.resolve("tmp"))) {
      assertThat(temporary).isEmpty();
    }
    assertThat(containerSnap("update", IMAGE).succeeded()).isTrue();
    assertThat(containerSnap("get-default").text()).isEqualTo(deployed.text());
  }

  @Test
  void one_that_is_not_there_is_named_and_refused() {
    CommandOutput update = containerSnap("update", "containers-storage:localhost/absent:1");

    assertThat(update.succeeded()).isFalse();
    assertThat(update.standardError())
        .contains("containers-storage:localhost/absent:1", "`podman images` lists what is");
  }
}
