package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.harness.mutant.decorator.StoreDecorator;

/** What an interrupted pull left in the store stays there, in the way of the next one. */
public final class PullsLeftLying extends StoreDecorator {
  /** The port {@code real} with this fault. */
  public PullsLeftLying(ImageStore real) {
    super(real);
  }

  @Override
  public void removeLeftovers() {}
}
