package io.github.containersnap.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.TarBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What podman and skopeo are shown of an image. */
class ReadableImageTest {
  private static final String BLOB = "blobs/sha256/" + "a".repeat(64);

  @TempDir private Path directory;
  @TempDir private Path links;
  @TempDir private Path room;
  private byte[] content = {};
  private Path plain;

  @BeforeEach
  void write() throws IOException {
    content = new TarBuilder().file("manifest.json", "[]".repeat(10_000)).build();
    plain = Files.write(directory.resolve("os.tar"), content);
  }

  private Path compressed(String program) {
    ExternalCommand.of(program, "-k", "-q", plain).run();
    return switch (program) {
      case "gzip" -> directory.resolve("os.tar.gz");
      case "zstd" -> directory.resolve("os.tar.zst");
      case "xz" -> directory.resolve("os.tar.xz");
      default -> directory.resolve("os.tar.bz2");
    };
  }

  private ReadableImage open(String reference) {
    return ReadableImage.of(new ImageReference(reference), links, room);
  }

  private String refusal(String reference) {
    try (ReadableImage image = open(reference)) {
      throw new AssertionError(image.reference() + " was not refused");
    } catch (UnreadableImageException e) {
      assertThat(room).isEmptyDirectory();
      String before = "The image %s could not be read: ".formatted(reference);
      assertThat(e.getMessage()).startsWith(before);
      return e.getMessage().substring(before.length());
    }
  }

  private String refusal(TarBuilder archive) throws IOException {
    Files.write(plain, archive.build());
    return refusal("oci-archive:" + plain);
  }

  private static TarBuilder ociArchive() {
    return new TarBuilder().file("oci-layout", "{}").file("index.json", "{\"manifests\":[]}");
  }

  @ParameterizedTest
  @CsvSource({"gzip, ''", "gzip, :os:5", "zstd, :localhost/os:5", "xz, ''", "bzip2, :os"})
  void a_compressed_archive_is_unpacked_for_as_long_as_it_is_needed(String program, String name)
      throws IOException {
    Path file = compressed(program);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    try (ReadableImage image = open("docker-archive:" + link + name)) {
      String reference = image.reference();
      assertThat(reference).startsWith("docker-archive:" + room).endsWith("image.tar" + name);
      assertThat(Path.of(reference.substring("docker-archive:".length()).split(":", 2)[0]))
          .hasBinaryContent(content);
    }
    assertThat(room).isEmptyDirectory();
  }

  @Test
  void registries_and_plain_archives_keep_their_names() {
    for (String reference :
        new String[] {"docker://registry.example/os:5", "docker-archive:" + plain + ":os:5"}) {
      try (ReadableImage image = open(reference)) {
        assertThat(image.reference()).isEqualTo(reference);
        assertThat(image.directory()).isEmpty();
      }
    }
    assertThat(room).isEmptyDirectory();
    assertThat(links).isEmptyDirectory();
  }

  @Test
  void an_archive_in_a_path_with_a_colon_gets_a_name_without_one() throws IOException {
    Path odd = Files.createDirectory(directory.resolve("my: images")).resolve("os.tar");
    Files.move(plain, odd);
    try (ReadableImage image = open("docker-archive:" + odd + ":os:5")) {
      assertThat(image.reference()).isEqualTo("docker-archive:image.tar:os:5");
      assertThat(image.directory()).contains(links);
      assertThat(links.resolve("image.tar")).hasBinaryContent(content);
    }
  }

  @Test
  void one_that_is_cut_short_is_refused_and_leaves_nothing() throws IOException {
    Path file = compressed("gzip");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));
    assertThat(refusal("docker-archive:" + file)).startsWith("it is truncated or damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"My images", "a__b", ".OS", "-z-", "Ωμέγα"})
  void a_directory_gets_a_name_that_podman_accepts(String name) throws IOException {
    Path source = Files.createDirectory(directory.resolve(name));
    try (ReadableImage image = open("dir:" + source)) {
      assertThat(image.reference()).matches("dir:image(-[a-z0-9]+)*");
      assertThat(image.directory()).contains(links);
      assertThat(
              Files.readSymbolicLink(links.resolve(image.reference().substring("dir:".length()))))
          .isEqualTo(source);
    }
    ExternalCommand.of("mkfifo", source.resolve("manifest.json")).run();
    assertThat(refusal("dir:" + source)).startsWith("manifest.json in it is not a file");
  }

  @Test
  void a_layout_is_shown_with_the_image_that_was_chosen_and_no_other() throws IOException {
    Path source = directory.resolve("OS_1");
    LayoutBuilder layout = new LayoutBuilder(source).layer(new byte[1024]);
    String arm = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}";
    String host =
        ",\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}"
            .formatted(OciLayout.hostArchitecture());
    layout.image("1.2", arm);
    layout.image("1.2", host);
    try (ReadableImage image = open("oci:" + source + ":1.2")) {
      assertThat(image.reference()).isEqualTo("oci:image-os-1:1.2");
      assertThat(image.appendTo(ExternalCommand.of("true")).directory()).contains(links);
    }
    Path shown = links.resolve("image-os-1");
    assertThat(new JsonMapper().readTree(shown.resolve("index.json").toFile()).path("manifests"))
        .hasSize(1);
    assertThat(OciLayout.open(shown).image("1.2"))
        .usingRecursiveComparison()
        .ignoringFields("layout")
        .isEqualTo(OciLayout.open(source).image("1.2"));
  }

  @Test
  void a_layout_that_is_none_or_has_no_such_image_is_refused() {
    Path source = directory.resolve("layout");
    new LayoutBuilder(source).layer(new byte[1024]).image("1", "");
    assertThat(refusal("oci:" + source + ":2")).isEqualTo("it has no image with the tag \"2\"");
    assertThat(refusal("oci:/nowhere:1")).isEqualTo("it is not a directory");
  }

  @Test
  void a_layout_with_a_pipe_for_a_layer_is_refused() throws IOException {
    Path source = directory.resolve("layout");
    byte[] layer = new byte[1024];
    LayoutBuilder layout = new LayoutBuilder(source).layer(layer);
    layout.image("1", "");
    Path blob = layout.blob(LayoutBuilder.sha256(layer));
    Files.delete(blob);
    ExternalCommand.of("mkfifo", blob).run();
    assertThat(refusal("oci:" + source)).endsWith("cannot be read: it is not a regular file");
  }

  @ParameterizedTest
  @CsvSource({"1, HARD", "2, SYMBOLIC", "3, CHARACTER", "4, BLOCK", "6, PIPE"})
  void a_member_that_is_neither_a_file_nor_a_directory_is_refused(char type, String kind)
      throws IOException {
    assertThat(refusal(ociArchive().entry(type, BLOB, "/etc/passwd", 0644, new byte[0])))
        .as(kind)
        .isEqualTo("its member %s is neither a file nor a directory".formatted(BLOB));
  }

  @ParameterizedTest
  @CsvSource({
    "index.json, 0, it has two members named index.json",
    "./index.json, 0, it has two members named index.json",
    "././/index.json, 0, it has two members named index.json",
    "index.json, 5, it has two members named index.json",
    "././index.json, 6, its member index.json is neither a file nor a directory",
    "./index.json, 2, its member index.json is neither a file nor a directory",
    "blobs/../index.json, 0, its member blobs/../index.json leads out of it"
  })
  void a_second_member_of_the_same_name_is_refused(String name, char type, String why)
      throws IOException {
    assertThat(refusal(ociArchive().entry(type, name, "/etc/passwd", 0644, new byte[0])))
        .isEqualTo(why);
  }

  @Test
  void a_link_to_an_equal_layer_is_dockers_alone() throws IOException {
    String linked = "b".repeat(64) + "/layer.tar";
    TarBuilder both =
        ociArchive().file("manifest.json", "[]").symlink(linked, "../" + "c".repeat(64) + ".tar");
    assertThat(refusal(both)).contains("neither a file nor a directory");
    try (ReadableImage image = open("docker-archive:" + plain)) {
      assertThat(image.reference()).isEqualTo("docker-archive:" + plain);
    }
  }

  @Test
  void a_sparse_member_that_is_larger_than_the_archive_is_refused() throws IOException {
    TarBuilder sparse =
        ociArchive()
            .pax("GNU.sparse.major", bytes("1"))
            .pax("GNU.sparse.minor", bytes("0"))
            .pax("GNU.sparse.realsize", bytes("1000000000"))
            .file(BLOB, "0\n" + "\0".repeat(510));
    assertThat(refusal(sparse)).contains("it has sparse files");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void an_index_must_have_an_image_that_is_what_it_says() throws IOException {
    assertThat(refusal(ociArchive())).isEqualTo("it has no image");
    assertThat(refusal(new TarBuilder().file("oci-layout", "{}").file("index.json", "{]")))
        .isEqualTo("its index.json cannot be read: it is not JSON from line 1, column 2 on");
    String digest = "sha256:" + "a".repeat(64);
    TarBuilder other =
        new TarBuilder()
            .file("oci-layout", "{}")
            .file("index.json", "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(digest))
            .file("./" + BLOB, "{}");
    assertThat(refusal(other)).startsWith("its blob %s really has the digest ".formatted(digest));
  }

  @Test
  void what_is_no_archive_is_said_to_be_none() throws IOException {
    Files.write(plain, new byte[0]);
    assertThat(refusal("oci-archive:" + plain)).isEqualTo("it is empty");
    for (String text : new String[] {"short", "a text ".repeat(500)}) {
      Files.writeString(plain, text);
      assertThat(refusal("oci-archive:" + plain)).isEqualTo("it is not a tar archive");
    }
    assertThat(refusal(new TarBuilder().file("hostname", "x")))
        .startsWith("it is a tar archive without an image: ");
    assertThat(refusal(new TarBuilder().file("manifest.json", "[]")))
        .isEqualTo("it is a docker-archive, not an oci-archive");
    Path pipe = directory.resolve("pipe");
    ExternalCommand.of("mkfifo", pipe).run();
    assertThat(refusal("oci-archive:" + pipe)).isEqualTo("it is not a file");
    assertThat(refusal("docker-archive:/nowhere")).isEqualTo("no such file or directory");
  }

  @Test
  void an_image_that_the_storage_does_not_have_is_said_not_to_be_there() {
    assertThatThrownBy(() -> open("containers-storage:no-such-image"))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("it is not in this machine's container storage");
  }
}
