package io.github.containersnap.mutants;

import io.github.containersnap.engine.port.ImageStore;

/** What an interrupted pull left in the store stays there, in the way of the next one. */
final class PullsLeftLying extends StoreDecorator {
  PullsLeftLying(ImageStore real) {
    super(real);
  }

  @Override
  public void removeLeftovers() {}
}
