package io.github.containersnap.adapter.podman;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the store claims to hold, read from its files: opening a store through podman may delete
 * layers (DESIGN fact 7). A claim that cannot be read is no claim.
 */
final class StoreIndex {
  /** podman's flag of a layer that it has begun, or begun to remove. */
  static final String INCOMPLETE = "incomplete";

  private static final String UNFINISHED = ".tmp-";

  private static final int LARGEST = 32 * 1024 * 1024;

  private final SystemFiles files;
  private final Path store;

  StoreIndex(SystemFiles files, Path store) {
    this.files = files;
    this.store = store;
  }

  List<JsonNode> images() {
    return elements(imageDirectory().resolve("images.json"));
  }

  /** The lists of layers; the second is of those that only live until the next boot. */
  List<Path> lists() {
    return Stream.of("layers.json", "volatile-layers.json").map(layerDirectory()::resolve).toList();
  }

  /** Where podman keeps the lists of layers. */
  private Path layerDirectory() {
    return store.resolve("btrfs-layers");
  }

  /** Where podman keeps the list of images, and of each image's files a directory. */
  private Path imageDirectory() {
    return store.resolve("btrfs-images");
  }

  /**
   * The files that podman was writing when it was cut off. It writes each beside its place, renames
   * it (containers/storage, {@code ioutils.NewAtomicFileWriter}), and never looks for it again.
   */
  List<Path> unfinished() {
    Path images = imageDirectory();
    return Stream.concat(
            Stream.of(layerDirectory(), images), files.names(images).stream().map(images::resolve))
        .flatMap(directory -> files.names(directory).stream().map(directory::resolve))
        .filter(file -> file.getFileName().toString().startsWith(UNFINISHED))
        .toList();
  }

  /** All that any list of layers names, each after the layer it lies on. */
  List<JsonNode> layers() {
    return lists().stream().flatMap(list -> elements(list).stream()).toList();
  }

  List<String> layerIds() {
    return texts(layers(), "id");
  }

  /** The ids of the images whose top layer no list names. */
  List<String> imagesWithoutLayer() {
    Set<String> ids = Set.copyOf(layerIds());
    return texts(
        images().stream()
            .filter(image -> !image.path("layer").asText().isEmpty())
            .filter(image -> !ids.contains(image.path("layer").asText()))
            .toList(),
        "id");
  }

  /** The digests of the layers whose unpacking came to its end. */
  List<String> diffIds() {
    return texts(layers().stream().filter(layer -> !isIncomplete(layer)).toList(), "diff-digest");
  }

  /** Whether podman had not yet unpacked all of it: it says so before it begins. */
  static boolean isIncomplete(JsonNode layer) {
    return layer.path("flags").path(INCOMPLETE).asBoolean();
  }

  /** Where the driver keeps the layers. */
  Path subvolumes() {
    return store.resolve("btrfs/subvolumes");
  }

  /** Where the layer of that id is kept. */
  Path subvolume(String id) {
    return subvolumes().resolve(id);
  }

  /** The images that are on the layer of that id, or on one above it. */
  List<JsonNode> imagesOn(String layer) {
    Map<String, String> parents = new HashMap<>();
    layers().forEach(each -> parents.put(each.path("id").asText(), each.path("parent").asText()));
    return images().stream()
        .filter(image -> isOn(image.path("layer").asText(), layer, parents))
        .toList();
  }

  private static boolean isOn(String top, String wanted, Map<String, String> parents) {
    String layer = top;
    for (int steps = 0; steps <= parents.size() && !layer.isEmpty(); steps++) {
      if (layer.equals(wanted)) {
        return true;
      }
      layer = parents.getOrDefault(layer, "");
    }
    return false;
  }

  /** The ids of the layers whose archive, or whose blob, has that digest. */
  List<String> layersOf(String digest) {
    return texts(
        layers().stream()
            .filter(
                layer ->
                    layer.path("diff-digest").asText().equals(digest)
                        || layer.path("compressed-diff-digest").asText().equals(digest))
            .toList(),
        "id");
  }

  /** Whether podman can read {@code list}; to it an empty file is an empty list. */
  boolean isReadable(Path list) {
    Optional<byte[]> bytes = files.readBytes(list, LARGEST);
    if (bytes.isEmpty() || bytes.get().length == 0) {
      return true;
    }
    try {
      JsonNode tree = Json.tree(bytes.get());
      return tree.isNull()
          || (tree.isArray()
              && StreamSupport.stream(tree.spliterator(), false)
                  .allMatch(element -> element.path("id").isTextual()));
    } catch (UnreadableJsonException e) {
      return false;
    }
  }

  private static List<String> texts(List<JsonNode> elements, String field) {
    return elements.stream()
        .map(element -> element.path(field).asText())
        .filter(text -> !text.isEmpty())
        .toList();
  }

  /** The configuration of an image, filed under its digest in base64. */
  Path config(String image) {
    byte[] key = ("sha256:" + image).getBytes(StandardCharsets.US_ASCII);
    return imageDirectory().resolve(image).resolve("=" + Base64.getEncoder().encodeToString(key));
  }

  /** The manifest that an image came with. */
  Path manifest(String image) {
    return imageDirectory().resolve(image).resolve("manifest");
  }

  /** What a list names; nothing if it cannot be read. */
  List<JsonNode> elements(Path list) {
    try {
      List<JsonNode> elements = new ArrayList<>();
      files.readBytes(list, LARGEST).map(Json::tree).ifPresent(tree -> tree.forEach(elements::add));
      return elements;
    } catch (UnreadableJsonException e) {
      return List.of();
    }
  }
}
