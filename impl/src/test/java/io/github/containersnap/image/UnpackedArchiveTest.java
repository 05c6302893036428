package io.github.containersnap.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
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

class UnpackedArchiveTest {
  private static final byte[] CONTENT =
      "not looked at, only unpacked ".repeat(10_000).getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;
  @TempDir private Path room;
  private Path plain;

  @BeforeEach
  void write() throws IOException {
    plain = Files.write(directory.resolve("os.tar"), CONTENT);
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

  private UnpackedArchive open(String reference) {
    return UnpackedArchive.of(new ImageReference(reference), room);
  }

  @ParameterizedTest
  @CsvSource({"gzip, ''", "gzip, :os:5", "zstd, :localhost/os:5"})
  void a_compressed_docker_archive_is_unpacked_for_as_long_as_it_is_needed(
      String program, String name) throws IOException {
    Path file = compressed(program);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    try (UnpackedArchive archive = open("docker-archive:" + link + name)) {
      String reference = archive.reference().text();
      assertThat(reference).startsWith("docker-archive:" + room).endsWith("archive.tar" + name);
      assertThat(Path.of(reference.substring("docker-archive:".length()).split(":", 2)[0]))
          .hasBinaryContent(CONTENT);
    }
    assertThat(room).isEmptyDirectory();
  }

  @Test
  void every_other_reference_stays_as_it_is() {
    for (String reference :
        new String[] {
          "docker://registry.example/os:5",
          "docker-archive:" + plain + ":os:5",
          "docker-archive:/nowhere",
          "oci-archive:" + compressed("gzip"),
          "oci:" + directory
        }) {
      try (UnpackedArchive archive = open(reference)) {
        assertThat(archive.reference().text()).isEqualTo(reference);
      }
    }
    assertThat(room).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "bzip2"})
  void one_that_nothing_here_decompresses_is_refused(String program) {
    Path file = compressed(program);
    assertThatThrownBy(() -> open("docker-archive:" + file))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage(
            "The image docker-archive:%s could not be read: it is compressed with %s; decompress"
                    .formatted(file, program)
                + " it first");
  }

  @Test
  void one_that_is_cut_short_is_refused_and_leaves_nothing() throws IOException {
    Path file = compressed("gzip");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> open("docker-archive:" + file))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("could not be read: ");
    assertThat(room).isEmptyDirectory();
  }
}
