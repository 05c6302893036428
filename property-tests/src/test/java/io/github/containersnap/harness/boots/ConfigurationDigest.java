package io.github.containersnap.harness.boots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.containersnap.vm.images.ImageInLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The id of an image of ours: the digest of its configuration. */
final class ConfigurationDigest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ConfigurationDigest() {}

  static String idOf(ImageInLayout image) {
    try {
      Path layout = image.layoutDirectory();
      JsonNode index = JSON.readTree(layout.resolve("index.json").toFile());
      JsonNode manifest = JSON.readTree(blob(layout, index.at("/manifests/0/digest")).toFile());
      return hex(manifest.at("/config/digest"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the image " + image.reference(), e);
    }
  }

  private static Path blob(Path layout, JsonNode digest) {
    return layout.resolve("blobs/sha256").resolve(hex(digest));
  }

  private static String hex(JsonNode digest) {
    return digest.asText().replace("sha256:", "");
  }
}
