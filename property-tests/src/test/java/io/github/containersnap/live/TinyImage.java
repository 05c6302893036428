package io.github.containersnap.live;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An OCI layout with one layer: all that the engine asks of an image, and nothing that runs. What
 * runs inside comes from the machine's own /usr, which is mounted over the image's.
 *
 * @param layout the layout's directory
 * @param id the image id
 */
record TinyImage(Path layout, String id) {
  private static final String[] DIRECTORIES = {
    "dev", "etc", "home", "proc", "root", "run", "srv", "sys", "tmp", "usr/bin", "usr/sbin", "var"
  };
  private static final String[] LINKS_INTO_USR = {"bin", "sbin", "lib", "lib64"};

  /** Makes the image of {@code version} in {@code directory}, which is made. */
  static TinyImage make(Path directory, int version) throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree"));
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
    return packed(tree, directory.resolve("layout"));
  }

  private static TinyImage packed(Path tree, Path layout) throws IOException {
    Files.createDirectories(layout.resolve("blobs/sha256"));
    Path archive = layout.resolveSibling("layer.tar");
    ExternalCommand.of("tar", "--create", "--file", archive, "--directory", tree, ".").run();
    String layer = addBlob(layout, Files.readAllBytes(archive));
    String configuration =
        """
        {"architecture": "amd64", "os": "linux", "config": {},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
        """
            .formatted(layer);
    String id = addBlob(layout, configuration.getBytes(StandardCharsets.UTF_8));
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": %s,
         "layers": [%s]}
        """
            .formatted(
                descriptor(layout, "application/vnd.oci.image.config.v1+json", id),
                descriptor(layout, "application/vnd.oci.image.layer.v1.tar", layer));
    String manifestDigest = addBlob(layout, manifest.getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        layout.resolve("index.json"),
        "{\"schemaVersion\": 2, \"manifests\": [%s]}\n"
            .formatted(
                descriptor(layout, "application/vnd.oci.image.manifest.v1+json", manifestDigest)));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}\n");
    return new TinyImage(layout, id);
  }

  private static String addBlob(Path layout, byte[] content) throws IOException {
    try {
      String digest =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      Files.write(blob(layout, digest), content);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String descriptor(Path layout, String mediaType, String digest)
      throws IOException {
    return "{\"mediaType\": \"%s\", \"digest\": \"sha256:%s\", \"size\": %d}"
        .formatted(mediaType, digest, Files.size(blob(layout, digest)));
  }

  private static Path blob(Path layout, String digest) {
    return layout.resolve("blobs/sha256").resolve(digest);
  }

  /** The image as the command line names it. */
  String reference() {
    return "oci:" + layout;
  }
}
