package io.github.containersnap.harness.deployments;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.TestImage;
import io.github.containersnap.harness.testkit.TestTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An image of a few files that the engine takes for a system, as an OCI layout of two layers, of
 * which all versions share the lower one. Nothing in it runs.
 *
 * @param layout the layout's directory
 * @param id the image id
 */
public record TinyImage(Path layout, String id) {
  private static final int SMALL_FILES = 40;

  /** Makes version {@code number} in {@code directory}, which is made. */
  public static TinyImage make(Path directory, int number) throws IOException {
    return make(directory, number, root -> {});
  }

  /** What is done to the upper layer's tree. */
  interface Addition {
    void to(Path root) throws IOException;
  }

  /** The same with an addition to the upper layer. */
  static TinyImage make(Path directory, int number, Addition addition) throws IOException {
    TestImage layout = TestImage.in(directory.resolve("tiny-" + number));
    String lower = layer(layout, base(directory.resolve("base")));
    Path top = top(directory.resolve("top"), number);
    addition.to(top);
    String upper = layer(layout, top);
    String configuration =
        """
        {"architecture": "amd64", "os": "linux", "config": {},
         "created": "2026-01-0%dT00:00:00Z",
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s", "sha256:%s"]}}
        """
            .formatted(number, lower, upper);
    return new TinyImage(layout.directory(), layout.complete(configuration, List.of(lower, upper)));
  }

  private static Path base(Path root) throws IOException {
    kernel(root, "6.1.0");
    new TestTree(root).skeleton();
    write(root, "etc/hostname", "tiny\n");
    for (int i = 0; i < SMALL_FILES; i++) {
      write(root, "usr/share/tiny/" + i, ("file " + i + "\n").repeat(500));
    }
    return root;
  }

  private static Path top(Path root, int number) throws IOException {
    write(root, "etc/os-release", "PRETTY_NAME=\"Tiny %d\"\n".formatted(number));
    write(root, "usr/share/version", number + "\n");
    return root;
  }

  /** Puts a kernel with initrd and modules into the system at {@code root}. */
  public static void kernel(Path root, String version) throws IOException {
    new TestTree(root).kernel(version);
  }

  public static Path write(Path root, String path, String text) throws IOException {
    return new TestTree(root).write(path, text);
  }

  private static String layer(TestImage layout, Path tree) throws IOException {
    Path archive = tree.resolveSibling(tree.getFileName() + ".tar");
    ExternalCommand.of("tar", "--create", "--sort=name", "--mtime=@0", "--numeric-owner")
        .with("--file", archive, "--directory", tree, ".")
        .run();
    return layout.add(Files.readAllBytes(archive));
  }

  /** The image as the command line names it. */
  public String reference() {
    return "oci:" + layout;
  }
}
