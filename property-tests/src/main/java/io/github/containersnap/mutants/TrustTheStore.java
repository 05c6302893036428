package io.github.containersnap.mutants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.UnprovenImageException;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A store that is believed: whatever lies in the image's top layer is taken for the image. */
final class TrustTheStore extends StoreDecorator {
  private final DeploymentLayout layout;

  TrustTheStore(ImageStore real, DeploymentLayout layout) {
    super(real);
    this.layout = layout;
  }

  @Override
  public Proven prove(ImageId image) {
    Path directory = layout.store().resolve("btrfs/subvolumes").resolve(topLayer(image));
    return new Proven(directory, TreeScan.of(directory));
  }

  private String topLayer(ImageId image) {
    try {
      JsonNode images =
          JsonMapper.builder()
              .build()
              .readTree(Files.readAllBytes(layout.store().resolve("btrfs-images/images.json")));
      for (JsonNode candidate : images) {
        if (candidate.path("id").asText().equals(image.hex())) {
          return candidate.path("layer").asText();
        }
      }
      throw new UnprovenImageException(image, "the store does not list it");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the store's list of images", e);
    }
  }
}
