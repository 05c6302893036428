package io.github.containersnap.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.engine.DamagedStateException;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  private boolean isFile(Path place) {
    return files.look(place).filter(seen -> seen.kind() == Kind.FILE).isPresent();
  }

  private List<JsonNode> elements(String directory, String file) {
    Path place = store.resolve(directory).resolve(file);
    if (!files.isDirectory(store.resolve(directory)) || !isFile(place)) {
      return List.of();
    }
    try {
      Optional<String> text = files.read(place, LARGEST);
      List<JsonNode> elements = new ArrayList<>();
      text.map(Json::tree).ifPresent(tree -> tree.forEach(elements::add));
      return elements;
    } catch (UnreadableJsonException | DamagedStateException e) {
      return List.of();
    }
  }
}
