package io.github.containersnap.adapter.podman;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds and removes layers that podman lists and that no image can use.
 *
 * <p>Before podman unpacks a layer, it marks the layer as incomplete. When podman opens the store,
 * it removes the layers with that mark. podman syncs its lists and not the subvolumes: after a
 * power cut {@code layers.json} can list a layer, even as complete, whose subvolume is missing.
 * podman trusts the list: it puts images and further layers on what is not there, and fails to
 * remove them.
 *
 * <p>What lies on such a layer is of no use either. The rest of the store stays: it may hold
 * hundreds of megabytes that the next update would have to fetch again.
 */
final class UnusableLayers {
  /** What cannot be an id is no name for a subvolume either. */
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  private final SystemFiles files;
  private final Btrfs btrfs;
  private final Podman podman;
  private final Path store;
  private final StoreIndex index;

  UnusableLayers(SystemFiles files, Btrfs btrfs, Podman podman, Path store) {
    this.files = files;
    this.btrfs = btrfs;
    this.podman = podman;
    this.store = store;
    this.index = new StoreIndex(files, store);
  }

  /**
   * Lets podman remove them. If podman cannot remove a layer, because the disk is full, say, the
   * layer stays marked; the next run tries again, and has the room that this one made.
   */
  void remove() {
    index.lists().forEach(list -> SystemFiles.removeUnfinished(files, list));
    Set<String> unusable = find();
    if (!unusable.isEmpty()) {
      index.lists().forEach(list -> markAsIncomplete(list, unusable));
      // A crash from here on: each is marked as incomplete, and the next recovery goes on.
      standInForMissing(unusable);
      podman.open(store);
    }
    // A crash from here on: the images lack their layer, and the next recovery finds that.
    index.imagesWithoutLayer().forEach(image -> podman.forget(store, image));
  }

  private Set<String> find() {
    List<JsonNode> layers =
        index.layers().stream().filter(layer -> ID.matcher(id(layer)).matches()).toList();
    Set<String> usable =
        layers.stream()
            .filter(this::isThere)
            .map(UnusableLayers::id)
            .collect(toCollection(HashSet::new));
    Set<String> onNothing;
    do {
      onNothing =
          layers.stream()
              .filter(layer -> !hasItsParentIn(usable, layer))
              .map(UnusableLayers::id)
              .collect(toSet());
    } while (usable.removeAll(onNothing)); // what lay on these is on nothing now
    return layers.stream()
        .map(UnusableLayers::id)
        .filter(id -> !usable.contains(id))
        .collect(toSet());
  }

  private boolean isThere(JsonNode layer) {
    return !StoreIndex.isIncomplete(layer) && btrfs.isSubvolume(index.subvolume(id(layer)));
  }

  private static boolean hasItsParentIn(Set<String> usable, JsonNode layer) {
    String parent = layer.path("parent").asText();
    return parent.isEmpty() || usable.contains(parent);
  }

  private static String id(JsonNode layer) {
    return layer.path("id").asText();
  }

  /** podman sets the same mark on a layer that it is about to remove. */
  private void markAsIncomplete(Path list, Set<String> unusable) {
    List<JsonNode> layers = index.elements(list);
    boolean changed = false;
    for (JsonNode layer : layers) {
      if (unusable.contains(id(layer)) && !StoreIndex.isIncomplete(layer)) {
        ((ObjectNode) layer).withObject("/flags").put(StoreIndex.INCOMPLETE, true);
        changed = true;
      }
    }
    if (changed) {
      files.replaceDurably(list, Json.line(layers));
    }
  }

  /** podman fails to remove a layer whose subvolume is not there. An empty one takes its place. */
  private void standInForMissing(Set<String> unusable) {
    files.createDirectories(index.subvolumes());
    unusable.stream()
        .map(index::subvolume)
        .filter(subvolume -> !btrfs.isSubvolume(subvolume))
        .forEach(btrfs::createSubvolume);
  }
}
