package io.github.containersnap.harness.testkit;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.experiment.LivedInMachine;
import io.github.containersnap.harness.experiment.UpdateExperiment;
import io.github.containersnap.oci.OciImage;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.layer.SmallFileContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An image of three layers that the engine takes for a system, as an OCI layout: one that all
 * versions share, one with data that cannot be compressed, and a small one.
 *
 * @param layout the layout's directory
 * @param id the image id
 */
public record LayeredImage(Path layout, String id) {
  private static final int SMALL_FILES = 10;

  /** So many that btrfs does not keep the file of accounts in its trees. */
  private static final int ACCOUNTS = 120;

  /**
   * Makes version {@code number} in {@code directory}, which is made.
   *
   * @param dataBytes how much the layer with the data holds
   */
  public static LayeredImage make(Path directory, int number, int dataBytes) throws IOException {
    TestImage layout = TestImage.in(directory.resolve("layout"));
    List<String> layers = new ArrayList<>();
    layers.add(layer(layout, base(directory.resolve("base"))));
    layers.add(layer(layout, data(directory.resolve("data"), number, dataBytes)));
    layers.add(layer(layout, top(directory.resolve("top"), number)));
    String configuration =
        """
        {"architecture": "amd64", "os": "linux", "config": {},
         "created": "2026-01-0%dT00:00:00Z",
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s", "sha256:%s", "sha256:%s"]}}
        """
            .formatted(number, layers.get(0), layers.get(1), layers.get(2));
    return new LayeredImage(layout.directory(), layout.complete(configuration, layers));
  }

  private static Path base(Path root) throws IOException {
    TestTree tree = new TestTree(root);
    tree.kernel("6.1.0");
    tree.skeleton();
    tree.write("etc/hostname", "faults\n");
    tree.write("etc/os-release", "PRETTY_NAME=\"Faults\"\n");
    // Where the boot loader of a host that boots the default subvolume looks for it.
    tree.write("boot/grub2/grub.cfg", "# boots what it lies in\n");
    return root;
  }

  private static Path data(Path root, int number, int bytes) throws IOException {
    byte[] data = new byte[bytes];
    new Random(number).nextBytes(data);
    Files.write(Files.createDirectories(root.resolve("usr/lib")).resolve("data"), data);
    return root;
  }

  private static Path top(Path root, int number) throws IOException {
    TestTree tree = new TestTree(root);
    tree.write("etc/os-release", "PRETTY_NAME=\"Faults %d\"\n".formatted(number));
    tree.write("etc/app.conf", "version = %d\n".formatted(number));
    tree.write("etc/passwd", accounts(number));
    for (int i = 0; i < SMALL_FILES; i++) {
      byte[] data = new byte[5_000];
      new Random(1_000L * number + i).nextBytes(data);
      Path file = root.resolve("usr/share/faults/" + i);
      Files.write(Files.createDirectories(file.getParent()).resolve(Integer.toString(i)), data);
    }
    return root;
  }

  /** Each version has one more than the one before. */
  private static String accounts(int number) {
    StringBuilder text = new StringBuilder("root:x:0:0:root:/root:/bin/sh\n");
    for (int i = 0; i < ACCOUNTS + number; i++) {
      text.append("system%1$d:x:%2$d:%2$d:account %1$d:/:/bin/false\n".formatted(i, 100 + i));
    }
    return text.toString();
  }

  private static String layer(TestImage layout, Path tree) throws IOException {
    Path archive = tree.resolveSibling(tree.getFileName() + ".tar");
    ExternalCommand.of("tar", "--create", "--sort=name", "--mtime=@0", "--numeric-owner")
        .with("--file", archive, "--directory", tree, ".")
        .run();
    return layout.add(Files.readAllBytes(archive));
  }

  /** What the image holds, read from its own layers. */
  public UpdateExperiment.Candidate read() {
    OciImage image = OciLayout.open(layout).onlyImage();
    SmallFileContents contents = SmallFileContents.of(LivedInMachine.isText());
    return new UpdateExperiment.Candidate(reference(), id, image.tree(contents), contents);
  }

  /** The image as the command line names it. */
  public String reference() {
    return "oci:" + layout;
  }
}
