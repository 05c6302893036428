package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the gate's tarball and image are made of agrees with what a clone is set up with. */
final class ImageFilesTest {
  private static final Path IMAGE = Path.of("image");

  /** Of QEMU only what records: ci/setup's qemu-system-x86 brings it with it. */
  private static final String PART_OF_QEMU = "qemu-system-common";

  private static final Pattern PACKAGES = Pattern.compile("(?s)readonly PACKAGES=\\((.*?)\\)");

  private static List<String> ofSetup() throws IOException {
    Matcher matcher = PACKAGES.matcher(Files.readString(Path.of("setup")));
    assertThat(matcher.find()).isTrue();
    return List.of(matcher.group(1).strip().split("\\s+", -1));
  }

  @Test
  void the_image_has_no_package_that_ci_setup_does_not_install() throws IOException {
    List<String> packages = Files.readAllLines(IMAGE.resolve("packages"));

    assertThat(packages).isSorted().doesNotHaveDuplicates();
    assertThat(ofSetup())
        .containsAll(packages.stream().filter(name -> !name.equals(PART_OF_QEMU)).toList())
        .contains("qemu-system-x86");
    assertThat(packages).doesNotContain("maven", "git").contains("podman", "btrfs-progs");
  }

  @Test
  void the_scripts_are_shell_and_can_be_executed() throws Exception {
    for (String script : List.of("build", "tarball", "launcher")) {
      Path file = IMAGE.resolve(script);
      assertThat(file).isExecutable();
      Process check = new ProcessBuilder("bash", "-n", file.toString()).inheritIO().start();
      assertThat(check.waitFor()).as(script).isZero();
    }
  }

  @Test
  void the_launcher_starts_the_program_as_the_script_of_a_clone_does() throws IOException {
    String launcher = Files.readString(IMAGE.resolve("launcher"));
    String script = Files.readString(Path.of("gate"));

    assertThat(
            Stream.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-Dsun.jnu.encoding=UTF-8 -Dfile.encoding=UTF-8",
                "-Dcontainer-snap.gate.sources=\"$sources\"",
                "io.github.containersnap.gate.GateMain \"$@\"",
                "export CONTAINER_SNAP_PROCESS=$$-${fields[19]}",
                "export TESTCONTAINERS_RYUK_DISABLED=true",
                "unshare --mount --propagation private"))
        .allSatisfy(
            line -> {
              assertThat(script).contains(line);
              assertThat(launcher).contains(line);
            });
  }
}
