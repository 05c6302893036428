package io.github.containersnap.adapter.podman;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreIndexTest {
  @TempDir private Path store;
  private StoreIndex index;
  private Path layers;
  private Path images;

  @BeforeEach
  void there_is_a_store() throws IOException {
    index = new StoreIndex(new LinuxFiles(), store);
    layers = Files.createDirectories(store.resolve("btrfs-layers")).resolve("layers.json");
    images = Files.createDirectories(store.resolve("btrfs-images")).resolve("images.json");
  }

  @Test
  void what_the_store_claims_is_read() throws IOException {
    Files.writeString(layers, "[{\"id\":\"1\",\"diff-digest\":\"sha256:a\"},{\"id\":\"2\"}]");
    Files.writeString(images, "[{\"id\":\"x\"},{}]");
    assertThat(index.layerIds()).containsExactly("1", "2");
    assertThat(index.diffIds()).containsExactly("sha256:a");
    assertThat(index.images()).hasSize(2);
  }

  @Test
  void what_podman_had_not_unpacked_is_known_from_every_list() throws IOException {
    Files.writeString(
        layers,
        "[{\"id\":\"1\",\"diff-digest\":\"sha256:a\"},"
            + "{\"id\":\"2\",\"diff-digest\":\"sha256:b\",\"flags\":{\"incomplete\":true}}]");
    Files.writeString(
        layers.resolveSibling("volatile-layers.json"),
        "[{\"id\":\"3\",\"parent\":\"1\",\"flags\":{\"incomplete\":true}}]");

    assertThat(index.layerIds()).containsExactly("1", "2", "3");
    assertThat(index.diffIds()).containsExactly("sha256:a");
  }

  @Test
  void an_image_whose_layer_no_list_names_has_lost_it() throws IOException {
    Files.writeString(layers, "[{\"id\":\"1\"}]");
    Files.writeString(layers.resolveSibling("volatile-layers.json"), "[{\"id\":\"2\"}]");
    Files.writeString(
        images,
        "[{\"id\":\"x\",\"layer\":\"1\"},{\"id\":\"y\",\"layer\":\"2\"},"
            + "{\"id\":\"z\",\"layer\":\"3\"},{\"id\":\"without\"}]");

    assertThat(index.imagesWithoutLayer()).containsExactly("z");
  }

  @Test
  void the_images_on_a_layer_are_those_with_it_anywhere_below() throws IOException {
    Files.writeString(
        layers,
        "[{\"id\":\"1\"},{\"id\":\"2\",\"parent\":\"1\"},{\"id\":\"3\",\"parent\":\"1\"},{\"id\":\"9\"}]");
    Files.writeString(
        images,
        "[{\"id\":\"x\",\"layer\":\"2\"},{\"id\":\"y\",\"layer\":\"3\"},{\"id\":\"z\",\"layer\":\"9\"}]");

    assertThat(index.imagesOn("1"))
        .extracting(image -> image.path("id").asText())
        .containsExactly("x", "y");
    assertThat(index.imagesOn("2"))
        .extracting(image -> image.path("id").asText())
        .containsExactly("x");
  }

  @Test
  void an_empty_store_claims_nothing() {
    assertThat(index.layerIds()).isEmpty();
    assertThat(index.images()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "7",
        "\"id\"",
        "{\"id\":",
        "[",
        "[{",
        "[null]",
        "[[]]",
        "[{\"id\":[]}]",
        "[{\"id\":null}]",
        "{\"a\":{}}",
        "\0\0\0"
      })
  void garbage_claims_nothing(String garbage) throws IOException {
    Files.writeString(layers, garbage);
    Files.writeString(images, garbage);
    assertThat(index.layerIds()).allMatch(id -> id.equals("null"));
    assertThat(index.diffIds()).isEmpty();
    assertThat(index.images()).hasSizeLessThan(2);
  }

  @Test
  void nesting_without_end_claims_nothing() throws IOException {
    Files.writeString(layers, "[".repeat(1 << 20));
    assertThat(index.layerIds()).isEmpty();
  }

  @Test
  void an_absurd_size_claims_nothing() throws IOException {
    try (RandomAccessFile absurd = new RandomAccessFile(layers.toFile(), "rw")) {
      absurd.setLength(1L << 40);
    }
    assertThat(index.layerIds()).isEmpty();
  }
}
