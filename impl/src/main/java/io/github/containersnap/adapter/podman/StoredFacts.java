package io.github.containersnap.adapter.podman;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.port.ImageStore.ImageFacts;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.oci.ImageConfig;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the images in the store. The configuration and the manifest prove themselves by
 * their digests, so a damaged store tells nothing false about an image; the sizes of the layers are
 * only what podman has noted.
 */
final class StoredFacts {
  private static final String VERSION_LABEL = "org.opencontainers.image.version";
  private static final int LONGEST_VERSION = 80;

  private final SystemFiles files;
  private final StoreIndex index;

  StoredFacts(SystemFiles files, StoreIndex index) {
    this.files = files;
    this.index = index;
  }

  /** What is known of {@code image}. */
  ImageFacts of(ImageId image) {
    Optional<ImageConfig> config =
        files
            .readBytes(index.config(image.hex()), ImageConfig.LARGEST_JSON)
            .flatMap(bytes -> config(image, bytes));
    Optional<String> digest =
        files
            .readBytes(index.manifest(image.hex()), ImageConfig.LARGEST_JSON)
            .filter(bytes -> isManifestOf(image, bytes))
            .map(bytes -> Digests.of(Sha256.hex(bytes)));
    return new ImageFacts(
        digest,
        config.flatMap(it -> version(it.labels())),
        config.flatMap(it -> instant(it.created())),
        unpacked(image.hex()));
  }

  private static Optional<ImageConfig> config(ImageId image, byte[] bytes) {
    try {
      ImageConfig config = ImageConfig.parse(bytes);
      return Optional.of(config).filter(it -> it.imageId().equals(image.hex()));
    } catch (IOException unusable) {
      return Optional.empty();
    }
  }

  private static boolean isManifestOf(ImageId image, byte[] bytes) {
    try {
      String config = Json.tree(bytes).path("config").path("digest").asText();
      return config.equals(Digests.of(image.hex()));
    } catch (UnreadableJsonException e) {
      return false;
    }
  }

  /** Whoever built the image chose the text. */
  private static Optional<String> version(Map<String, String> labels) {
    return Optional.ofNullable(labels.get(VERSION_LABEL))
        .map(text -> text.replaceAll("[^A-Za-z0-9 ._/+:~-]", "").strip())
        .map(text -> text.substring(0, Math.min(text.length(), LONGEST_VERSION)))
        .filter(text -> !text.isEmpty());
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException unknown) {
      return Optional.empty();
    }
  }

  /** The sum over the layers below the image's top one; empty if one of them has no size. */
  private Optional<Bytes> unpacked(String image) {
    Map<String, JsonNode> layers = new HashMap<>();
    index.layers().forEach(layer -> layers.put(layer.path("id").asText(), layer));
    String layer =
        index.images().stream()
            .filter(it -> it.path("id").asText().equals(image))
            .map(it -> it.path("layer").asText())
            .findFirst()
            .orElse("");
    Bytes sum = new Bytes(0);
    for (int steps = 0; !layer.isEmpty() && steps <= layers.size(); steps++) {
      JsonNode record = layers.get(layer);
      if (record == null || !record.path("diff-size").canConvertToLong()) {
        return Optional.empty();
      }
      sum = sum.plus(new Bytes(Math.max(0, record.path("diff-size").asLong())));
      layer = record.path("parent").asText();
    }
    return Optional.of(sum).filter(it -> it.count() > 0);
  }
}
