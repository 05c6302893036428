package io.github.containersnap.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Lint reads the image that {@link OciLayout} chooses; podman is shown an index of that image
 * alone. Whatever a builder's index looks like, they mean the same image, or both have none.
 */
class ChosenImageProperties {
  private static Path directory = Path.of("");

  /** An entry of an index: an image of a platform, or an index of its own. */
  record Entry(String os, String architecture, String variant, List<Entry> below) {}

  @BeforeContainer
  static void make_room() throws IOException {
    directory = Files.createTempDirectory("chosen-image-");
  }

  @AfterContainer
  static void clear() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Provide
  Arbitrary<List<Entry>> indexes() {
    return entries(2).list().ofMinSize(1).ofMaxSize(4);
  }

  private static Arbitrary<Entry> entries(int depth) {
    Arbitrary<List<Entry>> below =
        depth == 0
            ? Arbitraries.just(List.of())
            : Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(List.<Entry>of())),
                Tuple.of(
                    1,
                    Arbitraries.lazy(() -> entries(depth - 1)).list().ofMinSize(1).ofMaxSize(3)));
    return Combinators.combine(
            Arbitraries.of("linux", "linux", "linux", "windows", "unknown", ""),
            Arbitraries.of("amd64", "amd64", "arm64", "unknown", ""),
            Arbitraries.of("", "", "v2", "v3"),
            below)
        .as(Entry::new);
  }

  @Property(tries = 200)
  void the_image_that_is_shown_is_the_image_that_is_read(@ForAll("indexes") List<Entry> index)
      throws IOException {
    Path made = Files.createTempDirectory(directory, "layout-");
    new Maker(made).write(index);
    OciLayout layout = OciLayout.open(made, "amd64");
    Optional<String> read = imageId(layout);
    Optional<byte[]> shown = shown(layout);
    assertThat(shown.isPresent()).isEqualTo(read.isPresent());
    if (shown.isPresent()) {
      JsonNode only = new JsonMapper().readTree(shown.get());
      assertThat(only.path("manifests")).hasSize(1);
      Files.write(made.resolve("index.json"), shown.get());
      // On a machine of another kind too: nothing is left to choose.
      assertThat(imageId(OciLayout.open(made, "s390x"))).isEqualTo(read);
    }
  }

  private static Optional<String> imageId(OciLayout layout) {
    try {
      return Optional.of(layout.onlyImage().imageId());
    } catch (UnusableImageException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> shown(OciLayout layout) {
    try {
      return Optional.of(layout.indexOfOne(Optional.empty()));
    } catch (UnusableImageException e) {
      return Optional.empty();
    }
  }

  /** Writes the blobs of a layout. Each image has a label of its own, and so an id of its own. */
  private static final class Maker {
    private final Path layout;
    private final List<String> labels = new ArrayList<>();

    Maker(Path layout) {
      this.layout = layout;
    }

    void write(List<Entry> index) throws IOException {
      Files.createDirectories(layout.resolve("blobs/sha256"));
      Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
      Files.writeString(layout.resolve("index.json"), text(index));
    }

    private String text(List<Entry> index) {
      return index.stream()
          .map(this::descriptor)
          .collect(Collectors.joining(",", "{\"schemaVersion\":2,\"manifests\":[", "]}"));
    }

    private String descriptor(Entry entry) {
      String blob = blob(entry.below().isEmpty() ? manifest(entry) : text(entry.below()));
      return blob.substring(0, blob.length() - 1)
          + ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\",\"variant\":\"%s\"}}"
              .formatted(entry.os(), entry.architecture(), entry.variant());
    }

    private String manifest(Entry entry) {
      labels.add("image");
      String config =
          blob(
              "{\"os\":\"%s\",\"architecture\":\"%s\",\"config\":{\"Labels\":{\"n\":\"%d\"}},\"rootfs\":{\"diff_ids\":[\"sha256:%s\"]}}"
                  .formatted(entry.os(), entry.architecture(), labels.size(), "0".repeat(64)));
      String layer = blob("layer");
      return "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}".formatted(config, layer);
    }

    private String blob(String content) {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      String digest = Sha256.hex(bytes);
      try {
        Files.write(layout.resolve("blobs/sha256").resolve(digest), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return "{\"digest\":\"sha256:%s\",\"size\":%d}".formatted(digest, bytes.length);
    }
  }
}
