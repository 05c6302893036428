package io.github.containersnap.mutants;

import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.ImageReference;
import io.github.containersnap.engine.ImageUnavailableException;
import io.github.containersnap.engine.Transfer;
import io.github.containersnap.engine.port.ImageStore;
import java.util.function.Consumer;

/** A pull that broke off is taken for one that brought the image. */
final class FailedPullAccepted extends StoreDecorator {
  FailedPullAccepted(ImageStore real) {
    super(real);
  }

  @Override
  public ImageId pull(ImageReference reference, Resolved image, Consumer<Transfer> heard) {
    try {
      return super.pull(reference, image, heard);
    } catch (ImageUnavailableException brokenOff) {
      return image.id();
    }
  }
}
