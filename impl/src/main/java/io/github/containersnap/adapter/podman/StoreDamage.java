package io.github.containersnap.adapter.podman;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The proof that a store is damaged, from its files alone. That podman fails proves nothing: it
 * also fails for lack of room, memory or a runtime directory, and then the store is as good as
 * ever.
 *
 * <p>podman syncs its lists and not the layers: a power cut can leave the note of a layer whose
 * subvolume had not been committed. podman opens such a store, and cannot put anything on that
 * layer.
 */
final class StoreDamage {
  private static final List<String> DIRECTORIES =
      List.of("btrfs-layers", "btrfs-images", "btrfs-containers");
  private static final String LIST = ".json";
  private static final String LOCK = ".lock";

  private final SystemFiles files;
  private final Btrfs btrfs;
  private final Path store;
  private final StoreIndex index;

  StoreDamage(SystemFiles files, Btrfs btrfs, Path store) {
    this.files = files;
    this.btrfs = btrfs;
    this.store = store;
    this.index = new StoreIndex(files, store);
  }

  /** The first damage that is found, as a clause; empty if nothing is proven. */
  Optional<String> find() {
    return DIRECTORIES.stream()
        .map(this::inDirectory)
        .flatMap(Optional::stream)
        .findFirst()
        .or(this::inLayers)
        .or(this::inImages);
  }

  private Optional<String> inDirectory(String name) {
    Path directory = store.resolve(name);
    if (files.exists(directory) && !files.isDirectory(directory)) {
      return Optional.of(directory + " is not a directory");
    }
    return files.names(directory).stream()
        .filter(file -> file.endsWith(LIST) || file.endsWith(LOCK))
        .map(directory::resolve)
        .map(this::inFile)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> inFile(Path file) {
    if (files.look(file).filter(seen -> seen.kind() != FileKind.FILE).isPresent()) {
      return Optional.of(file + " is not a regular file");
    }
    return file.toString().endsWith(LIST) && !index.isReadable(file)
        ? Optional.of(file + " is not a list of objects with ids")
        : Optional.empty();
  }

  private Optional<String> inLayers() {
    Set<String> ids = Set.copyOf(index.layerIds());
    return index.layers().stream()
        .map(layer -> inLayer(layer, ids))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> inLayer(JsonNode layer, Set<String> ids) {
    String id = layer.path("id").asText();
    String parent = layer.path("parent").asText();
    if (!parent.isEmpty() && !ids.contains(parent)) {
      return Optional.of("layer %s lies on layer %s, which is not listed".formatted(id, parent));
    }
    return StoreIndex.isIncomplete(layer) || btrfs.isSubvolume(index.subvolume(id))
        ? Optional.empty()
        : Optional.of("layer %s is listed, and its subvolume is not there".formatted(id));
  }

  private Optional<String> inImages() {
    return index.imagesWithoutLayer().stream()
        .findFirst()
        .map("image %s needs a layer that is not listed"::formatted);
  }
}
