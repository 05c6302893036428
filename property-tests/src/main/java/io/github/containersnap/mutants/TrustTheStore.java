package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Path;

/** A store that is believed: whatever lies in the image's top layer is taken for the image. */
final class TrustTheStore extends StoreDecorator {
  private final StoredLayers layers;

  TrustTheStore(ImageStore real, DeploymentLayout layout) {
    super(real);
    this.layers = new StoredLayers(layout);
  }

  @Override
  public Proven prove(ImageId image) {
    Path directory = layers.top(image);
    return new Proven(directory, TreeScan.of(directory));
  }
}
