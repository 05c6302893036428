package io.github.containersnap.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTest {
  private static final byte[] BASE = new TarBuilder().file("a", "1").file("b", "1").build();
  private static final byte[] TOP = new TarBuilder().file("a", "2").file(".wh.b", "").build();

  @TempDir Path directory;

  @Test
  void layers_of_every_compression_make_one_tree() throws IOException {
    LayoutBuilder builder =
        new LayoutBuilder(directory)
            .layer(gzip(BASE), BASE)
            .layer(zstandard(TOP), TOP)
            .layer(new TarBuilder().file("c", "3").build());
    String imageId = builder.image("latest", "");

    OciImage image = OciLayout.open(directory).image("latest");

    assertThat(image.imageId()).isEqualTo(imageId);
    assertThat(image.config().labels()).isEqualTo(Map.of("a", "b"));
    assertThat(image.config().os()).isEqualTo("linux");
    assertThat(image.tree().entries().keySet()).containsExactly("", "a", "c");
  }

  @Test
  void of_several_images_the_one_for_this_machine_is_taken() {
    String mine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    LayoutBuilder builder = new LayoutBuilder(directory).layer(BASE);
    builder.image("other", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}");
    String id =
        builder
            .layer(TOP)
            .image("mine", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + mine + "\"}");

    assertThat(OciLayout.open(directory).onlyImage().imageId()).isEqualTo(id);
  }

  @Test
  void a_blob_of_other_bytes_is_refused() throws IOException {
    LayoutBuilder builder = new LayoutBuilder(directory).layer(BASE);
    builder.image("latest", "");
    Path blob = builder.blob(LayoutBuilder.sha256(BASE));
    byte[] changed = BASE.clone();
    changed[600] ^= 1;
    Files.write(blob, changed);

    assertUnusable("really has the digest sha256:" + LayoutBuilder.sha256(changed));
    Files.write(blob, new byte[10]);
    assertUnusable("has 10 bytes instead of 3,072");
    Files.delete(blob);
    assertUnusable("its blob sha256:" + LayoutBuilder.sha256(BASE) + " is missing");
  }

  @Test
  void a_layer_that_unpacks_to_something_else_is_refused() throws IOException {
    new LayoutBuilder(directory).layer(gzip(BASE), TOP).image("latest", "");

    assertUnusable("instead of the diff_id sha256:" + LayoutBuilder.sha256(TOP));
  }

  @Test
  void a_truncated_compressed_layer_is_refused() throws IOException {
    byte[] zipped = zstandard(BASE);
    byte[] cut = Arrays.copyOf(zipped, zipped.length - 8);
    new LayoutBuilder(directory).layer(cut, BASE).image("latest", "");

    assertUnusable("cannot be unpacked");
  }

  @Test
  void a_layer_in_a_compression_that_the_specification_does_not_know_is_named() throws IOException {
    Path file = Files.write(directory.resolve("plain"), BASE);
    byte[] packed = ExternalCommand.of("xz", "--stdout", file).run().standardOutput();
    new LayoutBuilder(directory).layer(packed, BASE).image("latest", "");

    assertUnusable("it seems to be compressed with xz, and layers are plain, gzip or zstd");
  }

  @Test
  void more_layers_than_any_builder_makes_are_refused_before_one_is_read() {
    LayoutBuilder builder = new LayoutBuilder(directory);
    IntStream.rangeClosed(0, OciImage.MOST_LAYERS).forEach(_ -> builder.layer(BASE));
    builder.image("latest", "");

    assertUnusable("it has 501 layers, more than the 500 that an image may have");
  }

  @Test
  void a_hostile_layer_is_refused_with_its_reason() {
    byte[] hostile = new TarBuilder().file("../x", "").build();
    new LayoutBuilder(directory).layer(hostile).image("latest", "");

    assertUnusable("its entry \"../x\" contains \"..\"");
  }

  @Test
  void what_is_no_layout_is_refused() throws IOException {
    assertThatThrownBy(() -> OciLayout.open(directory.resolve("none")))
        .hasMessage(
            "The image layout %s cannot be used: it is not a directory."
                .formatted(directory.resolve("none")));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        directory.resolve("index.json"), "{\"manifests\":[{\"digest\":\"sha256:../x\"}]}");
    assertUnusable("the digest \"sha256:../x\" is no SHA-256");
    Files.write(directory.resolve("index.json"), new byte[(4 << 20) + 1]);
    assertUnusable("more than 4,194,304 bytes");
    Files.writeString(directory.resolve("index.json"), "[");
    assertUnusable("not JSON");
  }

  @Test
  void an_unknown_tag_is_named() {
    new LayoutBuilder(directory).layer(BASE).image("latest", "");

    assertThatThrownBy(() -> OciLayout.open(directory).image("none"))
        .isInstanceOf(UnusableImageException.class)
        .hasMessageContaining("it has no image with the tag \"none\"");
  }

  private void assertUnusable(String why) {
    assertThatThrownBy(() -> OciLayout.open(directory).onlyImage().tree())
        .isInstanceOf(UnusableImageException.class)
        .hasMessageStartingWith("The image layout " + directory + " cannot be used: ")
        .hasMessageContaining(why);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
      zipped.write(content);
    }
    return out.toByteArray();
  }

  private byte[] zstandard(byte[] content) throws IOException {
    Path file = Files.write(directory.resolve("plain"), content);
    return ExternalCommand.of("zstd", "-q", "-c", file).run().standardOutput();
  }
}
