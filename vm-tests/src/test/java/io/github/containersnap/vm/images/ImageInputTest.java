package io.github.containersnap.vm.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.vm.images.build.ImageWorkshop;
import io.github.containersnap.vm.images.build.Recipe;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people type for an image, given to the real skopeo. */
final class ImageInputTest {
  /** A tiny image, as a layout and as both kinds of archive, made once. */
  @TempDir private static Path samples;

  @TempDir private Path directory;

  private Path work = Path.of("/nonexistent");

  @BeforeAll
  static void make_samples() throws IOException {
    try (ImageWorkshop workshop = new ImageWorkshop(samples.resolve("workshop"))) {
      Path context = samples.resolve("workshop").resolve("context-tiny");
      Files.createDirectories(context);
      Files.writeString(context.resolve("hello"), "hello\n");
      Recipe recipe =
          new Recipe(
              "tiny",
              Map.of("Containerfile", "FROM scratch\nCOPY hello /hello\nCMD [\"/hello\"]\n"));
      Files.move(workshop.build(recipe, "layout", Map.of()), samples.resolve("layout"));
    }
    skopeo("oci:layout:image", "oci-archive:oci.tar:tiny");
    skopeo("oci:layout:image", "docker-archive:docker.tar:tiny:latest");
  }

  private static void skopeo(String from, String to) {
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", "--quiet", from, to)
        .in(samples)
        .run();
  }

  @BeforeEach
  void choose_a_work_directory() {
    work = directory.resolve("work, with blanks");
  }

  @Test
  void a_layout_directory_keeps_its_digests() throws IOException {
    assertSameDigest(resolve(samples.resolve("layout").toString()));
    assertSameDigest(resolve("oci:" + samples.resolve("layout")));
    assertSameDigest(resolve("oci:" + samples.resolve("layout") + ":image"));
  }

  @Test
  void archives_are_recognised_by_their_content() {
    assertUsable(resolve(samples.resolve("oci.tar").toString()));
    assertUsable(resolve(samples.resolve("docker.tar").toString()));
    assertUsable(resolve("oci-archive:" + samples.resolve("oci.tar")));
    assertUsable(resolve("docker-archive:" + samples.resolve("docker.tar")));
    assertUsable(resolve("docker-archive:" + samples.resolve("docker.tar") + ":tiny:latest"));
  }

  @Test
  void compressed_archives_are_unpacked_first() {
    for (String program : List.of("gzip", "xz", "zstd")) {
      ExternalCommand.of(program, "--keep", "--force", "docker.tar").in(samples).run();
    }
    for (String suffix : List.of("gz", "xz", "zst")) {
      assertUsable(resolve(samples.resolve("docker.tar." + suffix).toString()));
    }
  }

  @Test
  void a_path_may_have_blanks_and_colons() throws IOException {
    Path odd = Files.createSymbolicLink(directory.resolve("my: image"), samples.resolve("layout"));

    assertSameDigest(resolve(odd.toString()));
    assertSameDigest(resolve("oci:" + odd + ":image"));
  }

  @Test
  void an_image_of_this_machines_storage_is_found_by_its_short_name() throws IOException {
    String name = "container-snap-test-" + ProcessHandle.current().pid();
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", "--quiet")
        .with("oci:" + samples.resolve("layout") + ":image")
        .with("containers-storage:localhost/" + name + ":latest")
        .run();
    try {
      assertUsable(resolve(name));
      assertUsable(resolve("containers-storage:" + name));
    } finally {
      ExternalCommand.of("podman", "image", "rm", "localhost/" + name + ":latest").run();
    }
  }

  @Test
  void a_text_file_is_refused() throws IOException {
    Path text = Files.writeString(directory.resolve("notes.txt"), "not an image\n".repeat(200));

    assertRefused(text.toString(), " is no image archive: it is no tar file.");
    Files.writeString(text, "short");
    assertRefused(text.toString(), " is no image archive: it is no tar file.");
    Files.writeString(text, "");
    assertRefused(text.toString(), " is no image archive: it is empty.");
  }

  @Test
  void a_missing_image_is_refused() {
    assertRefused(
        directory.resolve("gone.tar").toString(),
        " does not exist: there is no such file or directory.");
    assertRefused("oci:/gone:1", " does not exist: there is no such file or directory.");
    assertRefused(
        "no-such-image",
        " is no image that can be found: there is no such file or directory, and no such image in"
            + " this machine's container storage.");
    assertRefused(
        "containers-storage:no-such-image",
        " is not in this machine's container storage (podman images lists what is).");
    assertRefused(
        "docker://example/image",
        " cannot be used here: give an OCI layout directory, an oci-archive or docker-archive file,"
            + " or the name of an image in this machine's container storage.");
  }

  @Test
  void a_truncated_archive_is_refused_wherever_it_ends() throws IOException {
    Path whole = samples.resolve("oci.tar");
    Path cut = directory.resolve("cut.tar");
    for (long size : List.of(700L, 1200L, Files.size(whole) / 3, Files.size(whole) / 2)) {
      truncate(whole, cut, size);
      assertThat(refusal(cut.toString())).contains(cut.toString());
    }
    truncate(whole, cut, 700);
    assertThat(refusal(cut.toString())).contains(" is truncated: ");
  }

  @Test
  void a_truncated_compressed_archive_is_refused() throws IOException {
    ExternalCommand.of("gzip", "--keep", "--force", "oci.tar").in(samples).run();
    Path cut = directory.resolve("cut.tar.gz");
    truncate(samples.resolve("oci.tar.gz"), cut, Files.size(samples.resolve("oci.tar.gz")) / 2);

    assertThat(refusal(cut.toString())).contains(" cannot be unpacked: it is truncated or damaged");
  }

  @Test
  void a_tar_file_that_is_no_image_is_refused() {
    Path tar = directory.resolve("other.tar");
    ExternalCommand.of("tar", "--create", "--file", tar, "/etc/hostname").run();

    assertRefused(
        tar.toString(),
        " is no image archive: it is a tar file that has neither oci-layout and index.json nor"
            + " manifest.json.");
    assertRefused(
        "oci-archive:" + samples.resolve("docker.tar"),
        " is no oci-archive: its content is that of the other kind.");
  }

  @Test
  void a_blob_with_another_content_than_its_digest_is_refused() throws IOException {
    Path layout = copyOfLayout();
    Path layer = largestBlob(layout);
    try (RandomAccessFile file = new RandomAccessFile(layer.toFile(), "rw")) {
      file.seek(file.length() / 2);
      file.write('!');
    }

    assertThat(refusal(layout.toString())).contains("cannot be read as an image").contains("igest");
  }

  @Test
  void a_missing_blob_is_refused() throws IOException {
    Path layout = copyOfLayout();
    Files.delete(largestBlob(layout));

    assertThat(refusal(layout.toString())).contains("cannot be read as an image");
  }

  @Test
  void a_directory_that_is_no_layout_is_refused() throws IOException {
    assertRefused(directory.toString(), " is no OCI image layout: it has no file oci-layout.");
    Path layout = copyOfLayout();
    Files.writeString(layout.resolve("index.json"), "{]");
    assertRefused(
        layout.toString(),
        " is no OCI image layout: its index.json is not JSON (line 1, column 2).");
    Files.writeString(layout.resolve("index.json"), "{}");
    assertRefused(layout.toString(), " is an OCI image layout without any image.");
  }

  @Test
  void a_layout_of_two_images_asks_which() throws IOException {
    Path layout = copyOfLayout();
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", "--quiet")
        .with("docker-archive:" + samples.resolve("docker.tar"), "oci:" + layout + ":other")
        .run();

    assertRefused(
        layout.toString(),
        " holds 2 images; name one as oci:%s:TAG, with a tag of: image, other.".formatted(layout));
    assertRefused(
        "oci:" + layout + ":third", " has not one image tagged third; its tags are: image, other.");
    assertUsable(resolve("oci:" + layout + ":other"));
  }

  @Test
  void what_would_be_read_without_end_is_refused() throws IOException {
    Path layout = copyOfLayout();
    Path layer = largestBlob(layout);
    Files.delete(layer);
    Files.createSymbolicLink(layer, Path.of("/dev/zero"));
    assertThat(refusal(layout.toString())).contains("is not a file");

    Path sparse = directory.resolve("sparse.tar");
    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("holes").toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    ExternalCommand.of("tar", "--create", "--sparse", "--file", sparse, "holes")
        .in(directory)
        .run();
    assertThat(refusal(sparse.toString())).contains("sparse member");

    Path pipe = directory.resolve("pipe");
    ExternalCommand.of("mkfifo", pipe).run();
    assertRefused(pipe.toString(), " is no image archive: it is not a file.");
  }

  @Test
  void a_refusal_leaves_nothing_in_the_work_directory() throws IOException {
    refusal(samples.resolve("gone").toString());
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }

  private ImageInLayout resolve(String typed) {
    return new ImageInput(work).resolve(typed);
  }

  private String refusal(String typed) {
    ImageInputException refused =
        catchThrowableOfType(ImageInputException.class, () -> resolve(typed));
    assertThat(refused).as("the refusal of %s", typed).isNotNull();
    assertThat(refused.getMessage()).startsWith(typed + " ").doesNotContain("\n");
    assertThat(refused.input()).isEqualTo(typed);
    return String.valueOf(refused.getMessage());
  }

  private void assertRefused(String typed, String sentence) {
    assertThat(refusal(typed)).isEqualTo(typed + sentence);
  }

  private static void assertUsable(ImageInLayout image) {
    assertThat(image.layoutDirectory().resolve("index.json")).exists();
    assertThat(image.layoutDirectory().resolveSibling("tmp")).doesNotExist();
  }

  private static void assertSameDigest(ImageInLayout image) throws IOException {
    assertUsable(image);
    assertThat(manifest(image.layoutDirectory())).isEqualTo(manifest(samples.resolve("layout")));
  }

  private static String manifest(Path layout) throws IOException {
    return Files.readString(layout.resolve("index.json"))
        .replaceAll(".*(sha256:[0-9a-f]+).*", "$1");
  }

  private Path copyOfLayout() {
    Path copy = directory.resolve("copy");
    ExternalCommand.of("cp", "--recursive", samples.resolve("layout"), copy).run();
    return copy;
  }

  private static Path largestBlob(Path layout) throws IOException {
    try (Stream<Path> blobs = Files.list(layout.resolve("blobs").resolve("sha256"))) {
      return blobs.max(Comparator.comparingLong(blob -> blob.toFile().length())).orElseThrow();
    }
  }

  private static void truncate(Path from, Path to, long size) throws IOException {
    byte[] all = Files.readAllBytes(from);
    Files.write(to, Arrays.copyOf(all, (int) size));
  }
}
