package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.harness.mutant.decorator.StoreDecorator;
import java.util.function.Consumer;

/** A pull that broke off is taken for one that brought the image. */
public final class FailedPullAccepted extends StoreDecorator {
  /** The port {@code real} with this fault. */
  public FailedPullAccepted(ImageStore real) {
    super(real);
  }

  @Override
  public ImageId pull(ImageReference reference, Resolved image, Consumer<PullProgress> heard) {
    try {
      return super.pull(reference, image, heard);
    } catch (ImageUnavailableException brokenOff) {
      return image.id();
    }
  }
}
