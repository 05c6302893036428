package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestImage;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An image that is what its digest says, and cannot be used, is not a damaged store (P13). */
@ExtendWith(TestDisks.Shared.class)
class RefusedImageTest {
  private final TestDisks disks;
  @TempDir private Path directory;

  RefusedImageTest(TestDisks disks) {
    this.disks = disks;
  }

  private interface Content {
    void into(Path archive, Path root) throws IOException;
  }

  /** An image of one layer, whose configuration names the layer by the digest of it or another. */
  private String image(Content content, String diffId) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path archive = directory.resolve("layer.tar");
    content.into(archive, root);
    TestImage layout = TestImage.in(directory.resolve("image"));
    String digest = layout.add(Files.readAllBytes(archive));
    String named = diffId.isEmpty() ? digest : diffId;
    layout.complete(
        """
        {"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z", "config": {},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
        """
            .formatted(named),
        List.of(digest));
    return "oci:" + layout.directory();
  }

  private static void pack(Path archive, Path root) {
    ExternalCommand.of("tar", "--create", "--file", archive, "--directory", root, ".").run();
  }

  private void isPulledOnceAndRefused(String reference, String... words) throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("pull", disks.second().reference());
          String before = machine.succeeds("list-images");
          String layers = layers(machine.layout().store());

          CommandLineRun result = machine.run("update", reference);

          assertThat(result.exit()).as(result.error()).isEqualTo(2);
          assertThat(result.error()).contains(words).containsOnlyOnce("pulling the image");
          assertThat(machine.succeeds("list-images")).isEqualTo(before);
          assertThat(layers(machine.layout().store())).isEqualTo(layers);
          assertThat(machine.byDefault()).isEqualTo(disks.first().id());
        });
  }

  private static String layers(Path store) {
    return ExternalCommand.of("ls", store.resolve("btrfs/subvolumes")).run().text();
  }

  /** Longer than Linux takes a path; tar can say it. */
  @Test
  void a_path_that_podman_cannot_make() throws IOException {
    String reference =
        image(
            (archive, root) -> {
              Files.createFile(root.resolve("x"));
              ExternalCommand.of("tar", "--create", "--format=pax", "--file", archive)
                  .with("--directory", root, "--transform=s,x," + "d/".repeat(2_100) + "x,", "x")
                  .run();
            },
            "");
    isPulledOnceAndRefused(reference, "file name too long");
  }

  @Test
  void an_entry_that_no_honest_image_has() throws IOException {
    String reference =
        image(
            (archive, root) -> {
              Files.createDirectory(root.resolve("usr"));
              Files.createFile(root.resolve("usr/.wh."));
              pack(archive, root);
            },
            "");

    isPulledOnceAndRefused(reference, reference, "podman refuses its content:");
  }

  @Test
  void a_file_that_comes_twice() throws IOException {
    String reference =
        image(
            (archive, root) -> {
              Path file = Files.writeString(root.resolve("twice"), "short\n");
              pack(archive, root);
              Files.writeString(file, "and longer\n");
              ExternalCommand.of("tar", "--append", "--file", archive, "--directory", root, "twice")
                  .run();
            },
            "");

    isPulledOnceAndRefused(
        reference, "podman refuses its content:", "duplicates of file paths not supported");
  }

  @Test
  void a_configuration_that_names_another_layer() throws IOException {
    String reference =
        image(
            (archive, root) -> {
              Files.writeString(root.resolve("file"), "content\n");
              pack(archive, root);
            },
            "0".repeat(64));

    isPulledOnceAndRefused(reference, "is refused:", "instead of sha256:" + "0".repeat(64));
  }
}
