package io.github.containersnap.harness.live;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An OCI layout with one layer: all that the engine asks of an image, and nothing that runs. What
 * runs inside comes from the machine's own /usr, which is mounted over the image's.
 *
 * @param layout the layout's directory
 * @param id the image id
 */
record OneLayerImage(Path layout, String id) {
  private static final String[] DIRECTORIES = {
    "dev", "etc", "home", "proc", "root", "run", "srv", "sys", "tmp", "usr/bin", "usr/sbin", "var"
  };
  private static final String[] LINKS_INTO_USR = {"bin", "sbin", "lib", "lib64"};

  /** Makes the image of {@code version} in {@code directory}, which is made. */
  static OneLayerImage make(Path directory, int version) throws IOException {
    return packed(
        system(Files.createDirectories(directory.resolve("tree")), version),
        directory.resolve("layout"));
  }

  /** Puts the system of {@code version} into a directory, which it returns. */
  static Path system(Path tree, int version) throws IOException {
    for (String name : DIRECTORIES) {
      Files.createDirectories(tree.resolve(name));
    }
    for (String name : LINKS_INTO_USR) {
      Files.createSymbolicLink(tree.resolve(name), Path.of("usr", name));
    }
    Path modules = Files.createDirectories(tree.resolve("usr/lib/modules/6.1"));
    Files.writeString(modules.resolve("vmlinuz"), "kernel " + version);
    Files.writeString(modules.resolve("initramfs.img"), "initrd " + version);
    Files.writeString(modules.resolve("modules.dep"), "");
    Files.writeString(tree.resolve("usr/sbin/init"), "init " + version);
    tree.resolve("usr/sbin/init").toFile().setExecutable(true);
    Files.writeString(
        tree.resolve("etc/os-release"), "PRETTY_NAME=\"Tiny %d\"\n".formatted(version));
    return tree;
  }

  private static OneLayerImage packed(Path tree, Path directory) throws IOException {
    TestImage layout = TestImage.in(directory);
    Path archive = directory.resolveSibling("layer.tar");
    ExternalCommand.of("tar", "--create", "--file", archive, "--directory", tree, ".").run();
    String layer = layout.add(Files.readAllBytes(archive));
    String configuration =
        """
        {"architecture": "amd64", "os": "linux", "config": {},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
        """
            .formatted(layer);
    return new OneLayerImage(directory, layout.complete(configuration, List.of(layer)));
  }

  /** The image as the command line names it. */
  String reference() {
    return "oci:" + layout;
  }
}
