package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Path;

/**
 * A store without proof in which the layer that came last stands for an image that is not whole.
 */
final class WhateverCameBelieved extends StoreDecorator {
  private final StoredLayers layers;

  WhateverCameBelieved(ImageStore real, DeploymentLayout layout) {
    super(real);
    this.layers = new StoredLayers(layout);
  }

  @Override
  public Proven prove(ImageId image) {
    Path directory = layers.listedTop(image).orElseGet(layers::newest);
    return new Proven(directory, TreeScan.of(directory));
  }
}
