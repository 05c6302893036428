package io.github.containersnap.harness.mutant.decorator;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.port.SystemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The layers in podman's store, as its indexes name them, believed.
 *
 * @param files the disk that the store is on
 * @param layout where the store is
 */
public record StoredLayers(SystemFiles files, DeploymentLayout layout) {
  private static final int LARGEST = 16 << 20;
  private static final String IMAGES = "btrfs-images/images.json";
  private static final String LAYERS = "btrfs-layers/layers.json";

  /** The subvolume of an image's top layer. */
  public Path top(ImageId image) {
    return listedTop(image)
        .orElseThrow(() -> new UnprovenImageException(image, "the store does not list it"));
  }

  /** The same; nothing if the store does not list the image. */
  public Optional<Path> listedTop(ImageId image) {
    for (JsonNode candidate : index(IMAGES)) {
      if (candidate.path("id").asText().equals(image.hex())) {
        return Optional.of(subvolume(candidate.path("layer").asText()));
      }
    }
    return Optional.empty();
  }

  /** The subvolume of the layer that was listed last, of those that are there. */
  public Path newest() {
    List<Path> there = new ArrayList<>();
    for (JsonNode layer : index(LAYERS)) {
      there.add(subvolume(layer.path("id").asText()));
    }
    there.removeIf(subvolume -> !files.isDirectory(subvolume));
    return there.getLast();
  }

  private Path subvolume(String layer) {
    return layout.store().resolve("btrfs/subvolumes").resolve(layer);
  }

  private JsonNode index(String name) {
    Path file = layout.store().resolve(name);
    try {
      return Json.tree(
          files.read(file, LARGEST).orElseThrow(() -> new NoSuchFileException(file.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the store's index " + file, e);
    }
  }
}
