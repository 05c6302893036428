package io.github.containersnap.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.JsonFault;
import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image's configuration (OCI image specification, config.md).
 *
 * @param imageId SHA-256 of the configuration's bytes in hexadecimal digits
 * @param diffIds the digests of the uncompressed layers, bottom first, as {@code sha256:HEX}
 * @param architecture the architecture in Go's words, such as {@code amd64}
 * @param os the operating system, such as {@code linux}
 * @param created when the image was made, as RFC 3339 says it, or ""
 * @param labels the image's labels
 */
public record ImageConfig(
    String imageId,
    List<String> diffIds,
    String architecture,
    String os,
    String created,
    Map<String, String> labels) {

  /** The most bytes that a configuration, a manifest or an index may have. */
  public static final int LARGEST_JSON = 4 << 20;

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_LAYERS = 1_000;

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    labels = Map.copyOf(labels);
  }

  /**
   * Parses the raw bytes of a configuration; the image id is computed from them.
   *
   * @throws IOException with the reason, if they are none that can be used
   */
  public static ImageConfig parse(byte[] bytes) throws IOException {
    if (bytes.length > LARGEST_JSON) {
      throw new IOException("a configuration of %,d bytes is absurd".formatted(bytes.length));
    }
    JsonNode root = object(bytes);
    return new ImageConfig(
        imageId(bytes),
        diffIds(root.path("rootfs").path("diff_ids")),
        root.path("architecture").asText(),
        root.path("os").asText(),
        root.path("created").asText(),
        labels(root.path("config").path("Labels")));
  }

  /** The image id of the image with that configuration, whether it can be used or not. */
  public static String imageId(byte[] configuration) {
    return Sha256.hex(configuration);
  }

  /** The JSON object that {@code bytes} are. */
  static JsonNode object(byte[] bytes) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (IOException e) {
      throw new IOException(JsonFault.inWords(e), e);
    }
    if (!root.isObject()) {
      throw new IOException("it is not a JSON object");
    }
    return root;
  }

  private static List<String> diffIds(JsonNode array) throws IOException {
    if (!array.isArray() || array.isEmpty() || array.size() > MOST_LAYERS) {
      throw new IOException("the configuration lists no layers, or too many");
    }
    List<String> diffIds = new ArrayList<>();
    for (JsonNode element : array) {
      String digest = element.asText();
      if (!Digests.isDigest(digest)) {
        throw new IOException("the configuration's diff_id \"" + digest + "\" is no SHA-256");
      }
      diffIds.add(digest);
    }
    return diffIds;
  }

  private static Map<String, String> labels(JsonNode object) {
    Map<String, String> labels = new TreeMap<>();
    object.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }
}
