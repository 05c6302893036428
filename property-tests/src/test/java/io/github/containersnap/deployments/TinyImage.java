package io.github.containersnap.deployments;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * An image of a few files that the engine takes for a system, as an OCI layout of two layers, of
 * which all versions share the lower one. Nothing in it runs.
 *
 * @param layout the layout's directory
 * @param id the image id
 */
record TinyImage(Path layout, String id) {
  private static final int SMALL_FILES = 40;

  /** Makes version {@code number} in {@code directory}, which is made. */
  static TinyImage make(Path directory, int number) throws IOException {
    Path layout = directory.resolve("tiny-" + number);
    Files.createDirectories(layout.resolve("blobs/sha256"));
    String lower = layer(layout, base(directory.resolve("base")));
    String upper = layer(layout, top(directory.resolve("top"), number));
    String id =
        addBlob(
            layout,
            bytes(
                """
                {"architecture": "amd64", "os": "linux", "config": {},
                 "created": "2026-01-0%dT00:00:00Z",
                 "rootfs": {"type": "layers", "diff_ids": ["sha256:%s", "sha256:%s"]}}
                """
                    .formatted(number, lower, upper)));
    String layerType = "application/vnd.oci.image.layer.v1.tar";
    String manifest =
        addBlob(
            layout,
            bytes(
                """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                 "config": %s, "layers": [%s, %s]}
                """
                    .formatted(
                        descriptor(layout, "application/vnd.oci.image.config.v1+json", id),
                        descriptor(layout, layerType, lower),
                        descriptor(layout, layerType, upper))));
    Files.writeString(
        layout.resolve("index.json"),
        "{\"schemaVersion\": 2, \"manifests\": [%s]}\n"
            .formatted(descriptor(layout, "application/vnd.oci.image.manifest.v1+json", manifest)));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}\n");
    return new TinyImage(layout, id);
  }

  private static Path base(Path root) throws IOException {
    kernel(root, "6.1.0");
    for (String mountPoint : List.of("dev", "proc", "run", "sys", "var")) {
      Files.createDirectory(root.resolve(mountPoint));
    }
    write(root, "usr/sbin/init", "init").toFile().setExecutable(true);
    Files.createSymbolicLink(root.resolve("sbin"), Path.of("usr/sbin"));
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
  static void kernel(Path root, String version) throws IOException {
    String modules = "usr/lib/modules/" + version + "/";
    write(root, modules + "vmlinuz", ("kernel " + version + "\n").repeat(2_000));
    write(root, modules + "initramfs.img", ("initrd " + version + "\n").repeat(2_000));
    write(root, modules + "modules.dep", version + "\n");
  }

  static Path write(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String layer(Path layout, Path tree) throws IOException {
    Path archive = tree.resolveSibling(tree.getFileName() + ".tar");
    ExternalCommand.of("tar", "--create", "--sort=name", "--mtime=@0", "--numeric-owner")
        .with("--file", archive, "--directory", tree, ".")
        .run();
    return addBlob(layout, Files.readAllBytes(archive));
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

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The image as the command line names it. */
  String reference() {
    return "oci:" + layout;
  }
}
