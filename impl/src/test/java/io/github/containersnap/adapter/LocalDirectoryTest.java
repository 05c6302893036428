package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalDirectoryTest {
  @TempDir private Path run;

  @ParameterizedTest
  @CsvSource({
    "oci:/srv/.images/OS:1.2,  oci:image-os:1.2,      image-os,      /srv/.images/OS",
    "oci:/srv/my images/a__b,  oci:image-a-b,         image-a-b,     /srv/my images/a__b",
    "dir:/srv/x/../y/-z-,      dir:image-z,           image-z,       /srv/y/-z-",
    "oci:/:latest,             oci:image:latest,      image,         /",
    "oci:/srv/Ωμέγα:1,         oci:image:1,           image,         /srv/Ωμέγα",
  })
  void a_directory_gets_a_name_that_podman_accepts(
      String reference, String shown, String link, String target) throws IOException {
    assertThat(LocalDirectory.nameable(new ImageReference(reference), run)).isEqualTo(shown);
    assertThat(Files.readSymbolicLink(run.resolve(link))).isEqualTo(Path.of(target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"docker://host/os:1", "oci-archive:/srv/OS.tar", "docker-archive:/srv/OS.tar:t"})
  void other_places_keep_their_name(String reference) {
    assertThat(LocalDirectory.nameable(new ImageReference(reference), run)).isEqualTo(reference);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void a_relative_directory_is_of_this_process() throws IOException {
    LocalDirectory.nameable(new ImageReference("oci:here"), run);
    assertThat(Files.readSymbolicLink(run.resolve("image-here")))
        .isEqualTo(Path.of("here").toAbsolutePath());
  }
}
