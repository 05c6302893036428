package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.harness.world.Fault;
import io.github.containersnap.harness.world.SimulatedImage;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The registry, and the line to it. */
final class Registry {
  private final Map<ImageReference, SimulatedImage> images = new HashMap<>();

  void publish(SimulatedImage image) {
    images.put(image.reference(), image);
  }

  void publishAllOf(Registry other) {
    images.putAll(other.images);
  }

  /** What a reference leads to, over a line that works. */
  SimulatedImage image(ImageReference reference, Optional<Fault.LineBreaks> broken) {
    requireLine(reference, broken);
    SimulatedImage image = images.get(reference);
    if (image == null) {
      throw new ImageUnavailableException(reference, new IOException("manifest unknown"));
    }
    return image;
  }

  void requireLine(ImageReference reference, Optional<Fault.LineBreaks> broken) {
    if (broken.isPresent()) {
      throw new ImageUnavailableException(
          reference, new IOException("the registry " + broken.get().kind().words()));
    }
  }
}
