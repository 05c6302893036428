package io.github.containersnap.gate;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An OCI layout made by hand, with a tree of a few files that the gate would take for a system that
 * can boot, and whatever a test wants to be wrong with it.
 */
final class ExampleImage {
  static final String KERNEL = "usr/lib/modules/6.1/vmlinuz";
  static final String INIT = "sbin/init";
  static final String OS_RELEASE = "usr/lib/os-release";

  private final Path directory;
  private final List<String> descriptors = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private String configDigest = "";
  private String manifestDigest = "";

  private ExampleImage(Path directory) {
    this.directory = directory;
  }

  /** One that is not there, for a field that is filled before each test. */
  static ExampleImage notMade() {
    return new ExampleImage(Path.of("/nowhere"));
  }

  /** A layout in {@code directory}, which is made, of these layers. */
  static ExampleImage of(Path directory, byte[]... layers) {
    ExampleImage image = new ExampleImage(directory);
    for (byte[] layer : layers) {
      image.layer(layer, layer);
    }
    return image.finished();
  }

  /** A layout of one layer whose blob is stored as {@code blob} and is to unpack to a tar file. */
  static ExampleImage ofPacked(Path directory, byte[] blob, byte[] tar) {
    ExampleImage image = new ExampleImage(directory);
    image.layer(blob, tar);
    return image.finished();
  }

  /** The files of a system that could boot, but for those {@code without}. */
  static TarFile bootable(String... without) {
    Set<String> left = Set.of(without);
    TarFile tar = new TarFile();
    for (String name :
        List.of(
            "boot",
            "dev",
            "etc",
            "proc",
            "run",
            "sbin",
            "sys",
            "tmp",
            "usr",
            "usr/lib",
            "usr/lib/modules",
            "var")) {
      tar.directory(name);
    }
    tar.directory("usr/lib/modules/6.1");
    tar.file("usr/lib/modules/6.1/modules.dep", "");
    tar.file("usr/lib/modules/6.1/initramfs.img", "an initrd");
    if (!left.contains(KERNEL)) {
      tar.file(KERNEL, "a kernel");
    }
    if (!left.contains(INIT)) {
      tar.executable(INIT, "an init");
    }
    if (!left.contains(OS_RELEASE)) {
      tar.file(OS_RELEASE, "ID=example\n");
    }
    return tar;
  }

  private void layer(byte[] blob, byte[] tar) {
    descriptors.add(descriptor("application/vnd.oci.image.layer.v1.tar", write(blob), blob.length));
    diffIds.add("\"sha256:%s\"".formatted(sha256(tar)));
  }

  private ExampleImage finished() {
    byte[] config =
        bytes(
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
                .formatted(String.join(",", diffIds)));
    configDigest = write(config);
    byte[] manifest =
        bytes(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    descriptor(
                        "application/vnd.oci.image.config.v1+json", configDigest, config.length),
                    String.join(",", descriptors)));
    manifestDigest = write(manifest);
    put("oci-layout", bytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
    put(
        "index.json",
        bytes(
            "{\"schemaVersion\":2,\"manifests\":[%s]}"
                .formatted(
                    descriptor(
                        "application/vnd.oci.image.manifest.v1+json",
                        manifestDigest,
                        manifest.length))));
    return this;
  }

  private String write(byte[] content) {
    String digest = sha256(content);
    put("blobs/sha256/" + digest, content);
    return digest;
  }

  private void put(String name, byte[] content) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.resolveSibling("."));
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String descriptor(String mediaType, String digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(mediaType, digest, size);
  }

  private static String sha256(byte[] content) {
    return Sha256.hex(content);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Path directory() {
    return directory;
  }

  Path config() {
    return directory.resolve("blobs/sha256").resolve(configDigest);
  }

  Path manifest() {
    return directory.resolve("blobs/sha256").resolve(manifestDigest);
  }

  Path index() {
    return directory.resolve("index.json");
  }

  /** The blob of the bottom layer. */
  Path layer() {
    String digest = descriptors.getFirst().replaceAll(".*sha256:([0-9a-f]{64}).*", "$1");
    return directory.resolve("blobs/sha256").resolve(digest);
  }

  /** The same as an archive of one file. */
  Path ociArchive() {
    Path archive = directory.resolveSibling(directory.getFileName() + ".oci.tar");
    ExternalCommand.of("tar", "-C", directory, "-cf", archive, ".").run();
    return archive;
  }

  /** The same in Docker's format. */
  Path dockerArchive() {
    Path archive = directory.resolveSibling(directory.getFileName() + ".docker.tar");
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", "--quiet")
        .with("oci:" + directory, "docker-archive:" + archive + ":example:1")
        .run();
    return archive;
  }
}
