package io.github.containersnap.harness.mutant.decorator;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.port.ImageStore;
import java.util.List;
import java.util.function.Consumer;

/** A store that behaves, for mutants to misbehave in one method of. */
public abstract class StoreDecorator implements ImageStore {
  private final ImageStore real;

  /** A store that passes all calls on to {@code real}. */
  public StoreDecorator(ImageStore real) {
    this.real = real;
  }

  @Override
  public void initialize() {
    real.initialize();
  }

  @Override
  public Resolved resolve(ImageReference reference) {
    return real.resolve(reference);
  }

  @Override
  public Bytes missing(Resolved image) {
    return real.missing(image);
  }

  @Override
  public ImageId pull(ImageReference reference) {
    return real.pull(reference);
  }

  @Override
  public ImageId pull(ImageReference reference, Resolved image, Consumer<PullProgress> heard) {
    return real.pull(reference, image, heard);
  }

  @Override
  public Proven prove(ImageId image) {
    return real.prove(image);
  }

  @Override
  public void discard(ImageId image) {
    real.discard(image);
  }

  @Override
  public void wipe() {
    real.wipe();
  }

  @Override
  public void removeLeftovers() {
    real.removeLeftovers();
  }

  @Override
  public List<Stored> list() {
    return real.list();
  }

  @Override
  public ImageFacts facts(ImageId image) {
    return real.facts(image);
  }
}
