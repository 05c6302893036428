package io.github.containersnap.engine;

import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;

/**
 * Steps 3 and 4: pulls an image, makes it durable, and proves it against its digest.
 *
 * <p>A store that fails the proof is repaired: first the image is removed and pulled again; if it
 * still fails, the damage lies in a layer that other images hold as well, and the whole store,
 * which is only a cache, is made anew.
 */
final class ProvenPull {
  private final Machine machine;
  private final Ports ports;

  ProvenPull(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  ImageStore.Proven run(ImageReference wanted, ImageStore.Resolved image) {
    try {
      return pullAndProve(wanted, image);
    } catch (UnprovenImageException e) {
      machine.progress().notes(e.getMessage() + " It is removed and pulled again.");
      ports.store().discard(image.id());
    }
    try {
      return pullAndProve(wanted, image);
    } catch (UnprovenImageException e) {
      machine.progress().notes(e.getMessage() + " The whole store is made anew.");
      ports.store().wipe();
      ports.store().initialize();
    }
    return pullAndProve(wanted, image);
  }

  private ImageStore.Proven pullAndProve(ImageReference wanted, ImageStore.Resolved image) {
    machine.progress().enters(Step.PULL);
    ImageId pulled = ports.store().pull(wanted, image, machine.progress()::transfers);
    if (!pulled.equals(image.id())) {
      throw new ImageChangedException(wanted, image.id(), pulled);
    }
    machine.progress().enters(Step.PROVE);
    commit(image.id());
    return ports.store().prove(image.id());
  }

  /** A pull that reports success is not durable (DESIGN fact 1). */
  private void commit(ImageId pulled) {
    try {
      ports.btrfs().commit(machine.layout().store());
    } catch (RuntimeException failure) {
      discard(pulled, failure);
      throw failure;
    }
  }

  /**
   * What the disk has lost, memory may still have: the next proof would read it from there and
   * believe it. The kernel tells of a loss only once, so what was pulled is not kept.
   */
  private void discard(ImageId pulled, RuntimeException failure) {
    try {
      ports.store().discard(pulled);
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // such as a filesystem that is read-only now
    }
  }
}
