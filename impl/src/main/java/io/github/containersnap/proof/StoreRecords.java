package io.github.containersnap.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.oci.ImageConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the store's JSON files say. They are only hints where to look: whatever they name has to
 * prove itself by its digest.
 *
 * @param layout where the files are
 */
record StoreRecords(StoreLayout layout) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LARGEST_LIST = 1 << 25;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** The configuration whose digest is the image id. */
  ImageConfig config(String imageId) throws DamagedStoreException, RefusedContentException {
    Path file = layout.config(imageId);
    byte[] bytes;
    try {
      bytes = read(file, ImageConfig.LARGEST_JSON);
    } catch (IOException e) {
      throw new DamagedStoreException("its configuration " + file + " cannot be read", e);
    }
    String digest = ImageConfig.imageId(bytes);
    if (!digest.equals(imageId)) {
      throw new DamagedStoreException(
          "its configuration %s has the digest %s".formatted(file, digest));
    }
    try {
      return ImageConfig.parse(bytes);
    } catch (IOException e) {
      throw new RefusedContentException("its configuration cannot be used", e);
    }
  }

  /** The ids of the image's layers, bottom first. */
  List<String> layers(String imageId) throws DamagedStoreException {
    Map<String, JsonNode> records = recordsById(layout.layers());
    JsonNode image = recordsById(layout.images()).get(imageId);
    if (image == null) {
      throw new DamagedStoreException(layout.images() + " does not list the image");
    }
    Deque<String> chain = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    for (String id = image.path("layer").asText(); !id.isEmpty(); ) {
      JsonNode layer = records.get(id);
      if (layer == null || !isId(id)) {
        throw new DamagedStoreException(layout.layers() + " does not list the layer " + id);
      }
      if (!seen.add(id)) {
        throw new DamagedStoreException(
            "in %s the layer %s is its own ancestor".formatted(layout.layers(), id));
      }
      if (layer.path("flags").path("incomplete").asBoolean()) {
        throw new DamagedStoreException(
            "%s marks the layer %s as incomplete".formatted(layout.layers(), id));
      }
      chain.addFirst(id);
      id = layer.path("parent").asText();
    }
    return List.copyOf(chain);
  }

  private static Map<String, JsonNode> recordsById(Path file) throws DamagedStoreException {
    JsonNode list;
    try {
      list = JSON.readTree(read(file, LARGEST_LIST));
    } catch (IOException e) {
      throw new DamagedStoreException(file + " cannot be read", e);
    }
    if (!list.isArray()) {
      throw new DamagedStoreException(file + " is not a list");
    }
    Map<String, JsonNode> records = new HashMap<>();
    list.forEach(element -> records.put(element.path("id").asText(), element));
    return records;
  }

  private static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IOException("it has more than %,d bytes".formatted(most));
      }
      return bytes;
    }
  }
}
