package io.github.containersnap.oci;

import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes OCI image layouts of given layers. */
public final class LayoutBuilder {
  private final Path directory;
  private final List<String> blobs = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private final List<String> manifests = new ArrayList<>();

  /** A layout that will be in {@code directory}. */
  public LayoutBuilder(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory.resolve("blobs").resolve("sha256"));
      Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds an uncompressed layer. */
  public LayoutBuilder layer(byte[] archive) {
    return layer(archive, archive);
  }

  /** Adds a layer whose blob is {@code compressed} and should unpack to {@code archive}. */
  public LayoutBuilder layer(byte[] compressed, byte[] archive) {
    blobs.add(
        descriptor("application/vnd.oci.image.layer.v1.tar", write(compressed), compressed.length));
    diffIds.add("\"sha256:" + sha256(archive) + "\"");
    return this;
  }

  /** Makes an image of the layers so far; returns its id. */
  public String image(String tag, String platform) {
    String config =
        """
        {"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z",\
        "config":{"Labels":{"a":"b"}},"rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(String.join(",", diffIds));
    String imageId = write(bytes(config));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":%s,"layers":[%s]}\
        """
            .formatted(
                descriptor(
                    "application/vnd.oci.image.config.v1+json", imageId, bytes(config).length),
                String.join(",", blobs));
    String descriptor =
        descriptor(
            "application/vnd.oci.image.manifest.v1+json",
            write(bytes(manifest)),
            bytes(manifest).length);
    manifests.add(
        descriptor.substring(0, descriptor.length() - 1)
            + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}%s}"
                .formatted(tag, platform));
    try {
      Files.writeString(
          directory.resolve("index.json"),
          manifests.stream()
              .collect(Collectors.joining(",", "{\"schemaVersion\":2,\"manifests\":[", "]}")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return imageId;
  }

  /** The file of a blob of these hexadecimal digits. */
  public Path blob(String hexadecimal) {
    return directory.resolve("blobs").resolve("sha256").resolve(hexadecimal);
  }

  private String write(byte[] content) {
    String digest = sha256(content);
    try {
      Files.write(blob(digest), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digest;
  }

  private static String descriptor(String mediaType, String digest, int size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(mediaType, digest, size);
  }

  /** SHA-256 in hexadecimal digits. */
  public static String sha256(byte[] content) {
    return Sha256.hex(content);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
