package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.StoreDecorator;
import io.github.containersnap.harness.mutant.decorator.StoredLayers;
import java.nio.file.Path;

/**
 * A store that is believed: whatever lies in the image's top layer is taken for the image, or, if
 * the image is not listed, in the layer that came last.
 */
public final class TrustTheStore extends StoreDecorator {
  private final SystemFiles files;
  private final StoredLayers layers;

  /** The port {@code real} with this fault. */
  public TrustTheStore(ImageStore real, SystemFiles files, DeploymentLayout layout) {
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
