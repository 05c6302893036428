package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;

/**
 * A store that is believed: whatever lies in the image's top layer is taken for the image, or, if
 * the image is not listed, in the layer that came last.
 */
final class TrustTheStore extends StoreDecorator {
  private final SystemFiles files;
  private final StoredLayers layers;

  TrustTheStore(ImageStore real, SystemFiles files, DeploymentLayout layout) {
    super(real);
    this.files = files;
    this.layers = new StoredLayers(files, layout);
  }

  @Override
  public Proven prove(ImageId image) {
    Path directory = layers.listedTop(image).orElseGet(layers::newest);
    return new Proven(directory, files.scan(directory));
  }
}
