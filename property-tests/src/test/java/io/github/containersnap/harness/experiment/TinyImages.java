package io.github.containersnap.harness.experiment;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Images of a few files that the updater takes for systems and that nothing boots, as OCI layouts.
 * They share a base layer and differ in a small one above it. Their ids rise in the order in which
 * they are made, so that lists in the order of ids can be compared with fixtures.
 */
final class TinyImages {
  private static final int KERNEL_LINES = 2_000;
  private static final int SMALL_FILES = 40;

  private final Path directory;
  private final byte[] base;
  private String lastId = "";

  TinyImages(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.base = layer(TinyImages::base);
  }

  /** Where the layouts are. */
  Path directory() {
    return directory;
  }

  /**
   * An image in a layout of its own.
   *
   * @param layout the layout's directory
   * @param id its image id
   */
  record TinyImage(Path layout, String id) {
    String reference() {
      return "oci:" + layout + ":1";
    }
  }

  /** The layer at the bottom of every {@link #version}. */
  static void base(Path root) throws IOException {
    withoutKernel(root);
    kernel(root, "6.1.0");
  }

  /** The same but for the kernel. */
  static void withoutKernel(Path root) throws IOException {
    for (String mountPoint : List.of("dev", "proc", "run", "sys", "var")) {
      Files.createDirectory(root.resolve(mountPoint));
    }
    write(root, "usr/sbin/init", "init").toFile().setExecutable(true);
    Files.createSymbolicLink(root.resolve("sbin"), Path.of("usr/sbin"));
    write(root, "etc/hostname", "tiny\n");
    write(root, "etc/motd", "welcome\n");
    for (int i = 0; i < SMALL_FILES; i++) {
      write(root, "usr/share/tiny/" + i, ("file " + i + "\n").repeat(500));
    }
  }

  static void kernel(Path root, String version) throws IOException {
    String modules = "usr/lib/modules/" + version + "/";
    write(root, modules + "vmlinuz", ("kernel " + version + "\n").repeat(KERNEL_LINES));
    write(root, modules + "initramfs.img", ("initrd " + version + "\n").repeat(KERNEL_LINES));
    write(root, modules + "modules.dep", version + "\n");
  }

  /** Version {@code number} of the system, with what {@code more} adds to its upper layer. */
  TinyImage version(int number, LayerContent more) throws IOException {
    byte[] top =
        layer(
            root -> {
              write(root, "etc/os-release", "PRETTY_NAME=\"Tiny %d\"\n".formatted(number));
              write(root, "etc/app.conf", "version = %d\n".formatted(number));
              write(root, "usr/share/version", number + "\n");
              more.into(root);
            });
    return layout("tiny-" + number, List.of(base, top));
  }

  /** An image of these layers, bottom first, and no others. */
  TinyImage ofLayers(String name, List<LayerContent> contents) throws IOException {
    List<byte[]> layers = new ArrayList<>();
    for (LayerContent content : contents) {
      layers.add(layer(content));
    }
    return layout(name, layers);
  }

  /** What lies in a layer: files put below a root. */
  interface LayerContent {
    void into(Path root) throws IOException;
  }

  static Path write(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private byte[] layer(LayerContent content) throws IOException {
    Path root = Files.createTempDirectory(directory, "layer");
    content.into(root);
    Path archive = root.resolveSibling(root.getFileName() + ".tar");
    ExternalCommand.of("tar", "--format=pax", "--sort=name", "--mtime=@0", "--numeric-owner")
        .with("--pax-option=delete=atime,delete=ctime", "-C", root, "-cf", archive, ".")
        .run();
    return Files.readAllBytes(archive);
  }

  private TinyImage layout(String name, List<byte[]> layers) throws IOException {
    Path layout = directory.resolve(name);
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    List<String> diffIds = new ArrayList<>();
    List<String> descriptors = new ArrayList<>();
    Consumer<byte[]> add =
        archive -> {
          diffIds.add("\"sha256:%s\"".formatted(blob(blobs, archive)));
          descriptors.add(descriptor("image.layer.v1.tar", archive));
        };
    layers.forEach(add);
    byte[] config = config(diffIds);
    String id = blob(blobs, config);
    lastId = id;
    byte[] manifest =
        bytes(
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
            "config":%s,"layers":[%s]}\
            """
                .formatted(
                    descriptor("image.config.v1+json", config), String.join(",", descriptors)));
    blob(blobs, manifest);
    String entry = descriptor("image.manifest.v1+json", manifest);
    Files.writeString(
        layout.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[%s,\
        "annotations":{"org.opencontainers.image.ref.name":"1"}}]}\
        """
            .formatted(entry.substring(0, entry.length() - 1)));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    return new TinyImage(layout, id);
  }

  /** A configuration whose digest, the image id, is larger than those of the images before. */
  private byte[] config(List<String> diffIds) {
    for (int attempt = 0; ; attempt++) {
      byte[] config =
          bytes(
              """
              {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z",\
              "author":"%d","config":{},"rootfs":{"type":"layers","diff_ids":[%s]}}\
              """
                  .formatted(attempt, String.join(",", diffIds)));
      if (sha256(config).compareTo(lastId) > 0) {
        return config;
      }
    }
  }

  private static String blob(Path blobs, byte[] content) {
    try {
      String digest = sha256(content);
      Files.write(blobs.resolve(digest), content);
      return digest;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a blob in " + blobs, e);
    }
  }

  private static String descriptor(String kind, byte[] content) {
    return "{\"mediaType\":\"application/vnd.oci.%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(kind, sha256(content), content.length);
  }

  private static String sha256(byte[] content) {
    return Sha256.hex(content);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
