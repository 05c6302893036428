package io.github.containersnap.engine.bootable;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The version that a system's os-release gives. */
class OsReleaseVersionTest {
  @TempDir private Path root;

  private Optional<String> versionOf(String osRelease) throws IOException {
    Path file = root.resolve("usr/lib/os-release");
    Files.createDirectories(file.getParent());
    Files.writeString(file, osRelease);
    return OsRelease.version(new LiveTree(new LinuxFiles(), root));
  }

  @Test
  void the_version_of_the_image_comes_before_that_of_the_distribution() throws IOException {
    assertThat(versionOf("VERSION=\"12 (bookworm)\"\nVERSION_ID=12\nIMAGE_VERSION=47\n"))
        .contains("47");
    assertThat(versionOf("VERSION_ID=12\nVERSION=\"12.7\"\n")).contains("12.7");
    assertThat(versionOf("VERSION_ID=12\n")).contains("12");
  }

  @Test
  void an_empty_value_and_a_missing_or_oversized_file_give_none() throws IOException {
    assertThat(OsRelease.version(new LiveTree(new LinuxFiles(), root))).isEmpty();
    assertThat(versionOf("VERSION=\"\"\n")).isEmpty();
    assertThat(versionOf("VERSION=1\n" + "#".repeat(OsRelease.LARGEST))).isEmpty();
  }

  @Test
  void characters_that_a_terminal_would_obey_are_left_out() throws IOException {
    assertThat(versionOf("VERSION=\"1\u001b[31m\"\n")).contains("131m");
  }
}
