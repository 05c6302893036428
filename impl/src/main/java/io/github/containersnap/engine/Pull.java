package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemLock;

/**
 * Brings an image into the store without deploying it. A crash in it leaves a store to be proven.
 */
public final class Pull {
  private final Machine machine;

  /** Pulls on {@code machine}. */
  public Pull(Machine machine) {
    this.machine = machine;
  }

  /**
   * Pulls what {@code wanted} leads to, makes it durable and proves it.
   *
   * @return the image's id
   */
  public ImageId run(ImageReference wanted) {
    Transaction transaction = new Transaction(machine);
    return transaction.pulling(
        held -> {
          machine.progress().enters(UpdateStep.RECOVER);
          try (SystemLock.Held menu = held.menu()) {
            transaction.recover();
          }
          return whileLocked(wanted);
        });
  }

  private ImageId whileLocked(ImageReference wanted) {
    machine.progress().enters(UpdateStep.RESOLVE);
    ImageStore.Resolved image = machine.resolve(wanted);
    new Preflight(machine).require(image);
    new ProvenPull(machine).run(wanted, image);
    return image.id();
  }
}
