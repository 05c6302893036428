package io.github.containersnap.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.model.UnusableImageReferenceException;
import io.github.containersnap.image.ImageSource.Archive;
import io.github.containersnap.image.ImageSource.Directory;
import io.github.containersnap.image.ImageSource.Layout;
import io.github.containersnap.image.ImageSource.Registry;
import io.github.containersnap.image.ImageSource.Stored;
import io.github.containersnap.oci.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text means as an image. */
class ImageSourceTest {
  @TempDir private Path directory;
  private Path layout;
  private Path archive;

  @BeforeEach
  void make_files() throws IOException {
    layout = Files.createDirectory(directory.resolve("os:1 layout"));
    archive = directory.resolve("os.tar");
    Files.write(archive, new TarBuilder().file("manifest.json", "[]").build());
  }

  @Test
  void a_file_and_a_directory_need_no_transport() {
    assertThat(ImageSource.parse(layout.toString()))
        .isEqualTo(new Layout(layout, Optional.empty()))
        .extracting(source -> source.reference().text())
        .isEqualTo("oci:" + layout);
    assertThat(ImageSource.parse(archive.toString()))
        .isEqualTo(new Archive(archive, Optional.empty(), Optional.empty()))
        .extracting(source -> source.reference().text())
        .isEqualTo("docker-archive:" + archive);
  }

  @Test
  void the_path_ends_where_a_file_does_whatever_colons_it_has() {
    assertThat(ImageSource.parse("oci:" + layout)).isEqualTo(new Layout(layout, Optional.empty()));
    assertThat(ImageSource.parse("oci:" + layout + ":1.2"))
        .isEqualTo(new Layout(layout, Optional.of("1.2")));
    assertThat(ImageSource.parse("docker-archive:" + archive + ":host:5000/os:1"))
        .isEqualTo(
            new Archive(archive, Optional.of(ArchiveFormat.DOCKER), Optional.of("host:5000/os:1")));
  }

  @Test
  void what_is_not_there_is_parted_at_the_first_colon() {
    assertThat(ImageSource.parse("oci:/nowhere:1"))
        .isEqualTo(new Layout(Path.of("/nowhere"), Optional.of("1")));
    assertThat(ImageSource.parse("oci-archive:/nowhere.tar"))
        .isEqualTo(
            new Archive(Path.of("/nowhere.tar"), Optional.of(ArchiveFormat.OCI), Optional.empty()));
  }

  @Test
  void a_relative_path_is_of_this_process() {
    assertThat(ImageSource.parse("dir:here"))
        .isEqualTo(new Directory(Path.of("here").toAbsolutePath()))
        .extracting(source -> source.reference().text())
        .isEqualTo("dir:" + Path.of("here").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource({
    "docker://host/os:1, docker://host/os:1",
    "host:5000/os:1, docker://host:5000/os:1",
    "os, docker://os",
    "ocx:/srv/os, docker://ocx:/srv/os",
  })
  void any_other_name_is_a_registrys(String typed, String reference) {
    assertThat(ImageSource.parse(typed))
        .isInstanceOf(Registry.class)
        .extracting(source -> source.reference().text())
        .isEqualTo(reference);
  }

  @Test
  void the_storage_of_this_machine_is_named() {
    assertThat(ImageSource.parse("containers-storage:os"))
        .isEqualTo(new Stored("os"))
        .extracting(source -> source.inStorageFirst().reference().text())
        .isEqualTo("containers-storage:os");
    assertThat(ImageSource.parse("docker://os").inStorageFirst()).isInstanceOf(Registry.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-v", "os\n", "docker-daemon:os:1", "sif:os", "tarball:os"})
  void what_names_no_image_is_refused(String typed) {
    assertThatThrownBy(() -> ImageSource.parse(typed))
        .isInstanceOf(UnusableImageReferenceException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere", "./os", "../os", "~/os", "gone.tar", "gone.tar.zst", "a.oci"})
  void what_can_only_be_a_path_must_exist(String typed) {
    assertThatThrownBy(() -> ImageSource.parse(typed))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("The image %s could not be read: no such file or directory".formatted(typed));
  }
}
