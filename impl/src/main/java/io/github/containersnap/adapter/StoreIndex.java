package io.github.containersnap.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the store claims to hold, read from its files: opening a store through podman may delete
 * layers (DESIGN fact 7). A claim that cannot be read is no claim.
 */
final class StoreIndex {
  private static final int LARGEST = 32 * 1024 * 1024;

  private final SystemFiles files;
  private final Path store;

  StoreIndex(SystemFiles files, Path store) {
    this.files = files;
    this.store = store;
  }

  List<JsonNode> images() {
    return elements("btrfs-images", "images.json");
  }

  List<String> layerIds() {
    return texts("id");
  }

  List<String> diffIds() {
    return texts("diff-digest");
  }

  private List<String> texts(String field) {
    return elements("btrfs-layers", "layers.json").stream()
        .map(layer -> layer.path(field).asText())
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private List<JsonNode> elements(String directory, String file) {
    if (!files.isDirectory(store.resolve(directory))) {
      return List.of();
    }
    try {
      List<JsonNode> elements = new ArrayList<>();
      files
          .readBytes(store.resolve(directory).resolve(file), LARGEST)
          .map(Json::tree)
          .ifPresent(tree -> tree.forEach(elements::add));
      return elements;
    } catch (UnreadableJsonException e) {
      return List.of();
    }
  }
}
