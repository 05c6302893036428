package io.github.containersnap.adapter.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryAliasTest {
  @TempDir private Path run;

  @ParameterizedTest
  @CsvSource({
    "dir:/srv/.images/OS,      dir:image-os,          image-os,      /srv/.images/OS",
    "dir:/srv/my images/a__b,  dir:image-a-b,         image-a-b,     /srv/my images/a__b",
    "dir:/srv/x/../y/-z-,      dir:image-z,           image-z,       /srv/y/-z-",
    "dir:/,                    dir:image,             image,         /",
    "dir:/srv/Ωμέγα,           dir:image,             image,         /srv/Ωμέγα",
  })
  void a_directory_gets_a_name_that_podman_accepts(
      String reference, String shown, String link, String target) throws IOException {
    assertThat(DirectoryAlias.nameable(new ImageReference(reference), run)).isEqualTo(shown);
    assertThat(Files.readSymbolicLink(run.resolve(link))).isEqualTo(Path.of(target));
  }

  @Test
  void a_layout_is_shown_with_the_image_that_was_chosen_and_no_other(@TempDir Path layouts)
      throws IOException {
    Path directory = layouts.resolve("OS_1");
    LayoutBuilder layout = new LayoutBuilder(directory).layer(new byte[1024]);
    String arm = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}";
    String host =
        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}"
            .formatted(OciLayout.hostArchitecture());
    layout.image("1.2", arm);
    layout.image("1.2", host);
    assertThat(DirectoryAlias.nameable(new ImageReference("oci:" + directory + ":1.2"), run))
        .isEqualTo("oci:image-os-1:1.2");
    Path shown = run.resolve("image-os-1");
    assertThat(new JsonMapper().readTree(shown.resolve("index.json").toFile()).path("manifests"))
        .hasSize(1);
    assertThat(OciLayout.open(shown).image("1.2"))
        .usingRecursiveComparison()
        .ignoringFields("layout")
        .isEqualTo(OciLayout.open(directory).image("1.2"));
    assertThat(
            DirectoryAlias.shown(
                new Object[] {"--raw", new ImageReference("oci:" + directory + ":1.2")}, layouts))
        .containsExactly("--raw", "oci:" + layouts + "/image-os-1:1.2");
  }

  @Test
  void a_layout_that_is_none_or_has_no_such_image_is_unusable(@TempDir Path layouts) {
    new LayoutBuilder(layouts).layer(new byte[1024]).image("1", "");
    assertThatThrownBy(
            () -> DirectoryAlias.nameable(new ImageReference("oci:" + layouts + ":2"), run))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("it has no image with the tag \"2\"");
    assertThatThrownBy(() -> DirectoryAlias.nameable(new ImageReference("oci:/nowhere:1"), run))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageStartingWith("The image oci:/nowhere:1 could not be read: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"docker://host/os:1", "oci-archive:/srv/OS.tar", "docker-archive:/srv/OS.tar:t"})
  void other_places_keep_their_name(String reference) {
    assertThat(DirectoryAlias.nameable(new ImageReference(reference), run)).isEqualTo(reference);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void a_relative_directory_is_of_this_process() throws IOException {
    DirectoryAlias.nameable(new ImageReference("dir:here"), run);
    assertThat(Files.readSymbolicLink(run.resolve("image-here")))
        .isEqualTo(Path.of("here").toAbsolutePath());
  }
}
