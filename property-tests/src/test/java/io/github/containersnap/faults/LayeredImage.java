package io.github.containersnap.faults;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.deployments.TinyImage;
import io.github.containersnap.experiment.LayoutInMaking;
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
record LayeredImage(Path layout, String id) {
  private static final int SMALL_FILES = 10;

  /**
   * Makes version {@code number} in {@code directory}, which is made.
   *
   * @param dataBytes how much the layer with the data holds
   */
  static LayeredImage make(Path directory, int number, int dataBytes) throws IOException {
    LayoutInMaking layout = LayoutInMaking.in(directory.resolve("layout"));
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
    TinyImage.kernel(root, "6.1.0");
    for (String mountPoint : List.of("dev", "proc", "run", "sys", "var")) {
      Files.createDirectory(root.resolve(mountPoint));
    }
    TinyImage.write(root, "usr/sbin/init", "init").toFile().setExecutable(true);
    Files.createSymbolicLink(root.resolve("sbin"), Path.of("usr/sbin"));
    TinyImage.write(root, "etc/hostname", "faults\n");
    return root;
  }

  private static Path data(Path root, int number, int bytes) throws IOException {
    byte[] data = new byte[bytes];
    new Random(number).nextBytes(data);
    Files.write(Files.createDirectories(root.resolve("usr/lib")).resolve("data"), data);
    return root;
  }

  private static Path top(Path root, int number) throws IOException {
    TinyImage.write(root, "etc/os-release", "PRETTY_NAME=\"Faults %d\"\n".formatted(number));
    TinyImage.write(root, "etc/app.conf", "version = %d\n".formatted(number));
    for (int i = 0; i < SMALL_FILES; i++) {
      byte[] data = new byte[5_000];
      new Random(1_000L * number + i).nextBytes(data);
      Path file = root.resolve("usr/share/faults/" + i);
      Files.write(Files.createDirectories(file.getParent()).resolve(Integer.toString(i)), data);
    }
    return root;
  }

  private static String layer(LayoutInMaking layout, Path tree) throws IOException {
    Path archive = tree.resolveSibling(tree.getFileName() + ".tar");
    ExternalCommand.of("tar", "--create", "--sort=name", "--mtime=@0", "--numeric-owner")
        .with("--file", archive, "--directory", tree, ".")
        .run();
    return layout.add(Files.readAllBytes(archive));
  }

  /** The image as the command line names it. */
  String reference() {
    return "oci:" + layout;
  }
}
