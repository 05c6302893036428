package io.github.containersnap.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a store of podman's says it holds, and what it holds.
 *
 * @param layerIds the layers that its index lists, without those whose making was cut off before it
 *     began
 * @param blobs the digests of the blobs they came from
 * @param subvolumes the layers that are there
 */
record StoreContent(
    SortedSet<String> layerIds, SortedSet<String> blobs, SortedSet<String> subvolumes) {

  static StoreContent of(Path graphRoot) throws IOException {
    SortedSet<String> layerIds = new TreeSet<>();
    SortedSet<String> blobs = new TreeSet<>();
    SortedSet<String> subvolumes = names(graphRoot.resolve("btrfs/subvolumes"));
    Path index = graphRoot.resolve("btrfs-layers/layers.json");
    if (Files.exists(index)) {
      for (JsonNode layer : Json.tree(index)) {
        String id = layer.path("id").asText();
        // podman notes what it is going to make, and forgets it when it opens the store again.
        boolean onlyNoted = layer.at("/flags/incomplete").asBoolean() && !subvolumes.contains(id);
        if (!onlyNoted) {
          layerIds.add(id);
        }
        blobs.add(layer.path("compressed-diff-digest").asText());
      }
    }
    return new StoreContent(layerIds, blobs, subvolumes);
  }

  private static SortedSet<String> names(Path directory) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      }
    }
    return names;
  }
}
