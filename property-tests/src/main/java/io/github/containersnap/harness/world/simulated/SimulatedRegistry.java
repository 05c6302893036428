package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.WorldFault;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The registry, and the line to it. */
final class SimulatedRegistry {
  private final Map<ImageReference, HistoryImage> images = new HashMap<>();

  void publish(HistoryImage image) {
    images.put(image.reference(), image);
  }

  void publishAllOf(SimulatedRegistry other) {
    images.putAll(other.images);
  }

  /** What a reference leads to, over a line that works. */
  HistoryImage image(ImageReference reference, Optional<WorldFault.LineBreaks> broken) {
    requireLine(reference, broken);
    HistoryImage image = images.get(reference);
    if (image == null) {
      throw new ImageUnavailableException(reference, new IOException("manifest unknown"));
    }
    return image;
  }

  void requireLine(ImageReference reference, Optional<WorldFault.LineBreaks> broken) {
    if (broken.isPresent()) {
      throw new ImageUnavailableException(
          reference, new IOException("the registry " + broken.get().kind().words()));
    }
  }
}
