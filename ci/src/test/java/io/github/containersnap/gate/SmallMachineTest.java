package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache on a filesystem of 400 MiB: the gate says what does not fit before it begins. */
@Timeout(120)
class SmallMachineTest {

  @TempDir Path directory;
  private Path cache = Path.of("");

  @BeforeEach
  void mount() throws Exception {
    cache = Files.createDirectory(directory.toRealPath().resolve("cache"));
    ExternalCommand.of("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", cache).run();
  }

  @AfterEach
  void unmount() throws Exception {
    Remains.assertNothingIsLeftIn(cache.resolve("runs"));
    ExternalCommand.of("umount", cache).run();
  }

  private List<String> check(ExampleImage image, int status) throws Exception {
    Path other = ExampleImage.of(directory.resolve("other"), other()).directory();
    try (GateProcess gate =
        GateProcess.start(cache, "check", other.toString(), image.directory().toString())) {
      assertThat(gate.exitStatus()).as("%s", gate.lines()).isEqualTo(status);
      return gate.lines();
    }
  }

  private static byte[] other() {
    return ExampleImage.bootable().file("usr/other", "other").bytes();
  }

  @Test
  void a_check_that_does_not_fit_is_refused_with_the_numbers() throws Exception {
    byte[] layer = ExampleImage.bootable().bytes();
    assertThat(check(ExampleImage.of(directory.resolve("image"), layer), 3))
        .last()
        .asString()
        .matches(
            "ci/gate: the check needs about 1\\.[0-9] GiB in .*, which has 39[0-9]\\.[0-9] MiB"
                + " free\\. Free some, or set CONTAINER_SNAP_CACHE to a directory with more room;"
                + " fewer --jobs need less\\.");
  }

  @Test
  void a_layer_that_unpacks_to_more_than_there_is_room_for_is_refused_unread() throws Exception {
    Path bomb = directory.resolve("bomb");
    ExternalCommand.of("sh", "-c", "head -c 1G /dev/zero | gzip -1 >\"$0\"", bomb).run();
    ExampleImage image =
        ExampleImage.ofPacked(
            directory.resolve("image"), Files.readAllBytes(bomb), new byte[] {1, 2, 3});
    assertThat(check(image, 2))
        .last()
        .asString()
        .matches(
            "ci/gate: .*/image cannot be used: its layers unpack to more than the [0-9.]+ MiB that"
                + " are free in .* \\(at layer sha256:[0-9a-f]{64}\\)\\.");
  }
}
