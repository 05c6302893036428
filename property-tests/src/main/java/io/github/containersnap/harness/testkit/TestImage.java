package io.github.containersnap.harness.testkit;

import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An OCI layout of one image, written file by file (OCI image specification, image layout).
 *
 * @param directory the layout's directory
 */
public record TestImage(Path directory) {
  private static final String TYPES = "application/vnd.oci.image.";

  /** Begins a layout in {@code directory}, which is made. */
  public static TestImage in(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("blobs/sha256"));
    return new TestImage(directory);
  }

  /** Adds a blob. Returns its SHA-256 in hexadecimal. */
  public String add(byte[] content) throws IOException {
    String digest = Sha256.hex(content);
    Files.write(blob(digest), content);
    return digest;
  }

  /**
   * Completes the layout.
   *
   * @param configuration the image's, as JSON
   * @param layers the digests of its uncompressed layers, bottom first
   * @return the image id
   */
  public String complete(String configuration, List<String> layers) throws IOException {
    String id = add(configuration.getBytes(StandardCharsets.UTF_8));
    List<String> descriptors = new ArrayList<>();
    for (String layer : layers) {
      descriptors.add(descriptor("layer.v1.tar", layer));
    }
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": %s, "layers": [%s]}
        """
            .formatted(descriptor("config.v1+json", id), String.join(", ", descriptors));
    String manifestDigest = add(manifest.getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        directory.resolve("index.json"),
        "{\"schemaVersion\": 2, \"manifests\": [%s]}\n"
            .formatted(descriptor("manifest.v1+json", manifestDigest)));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}\n");
    return id;
  }

  private String descriptor(String type, String digest) throws IOException {
    return "{\"mediaType\": \"%s\", \"digest\": \"sha256:%s\", \"size\": %d}"
        .formatted(TYPES + type, digest, Files.size(blob(digest)));
  }

  private Path blob(String digest) {
    return directory.resolve("blobs/sha256").resolve(digest);
  }
}
