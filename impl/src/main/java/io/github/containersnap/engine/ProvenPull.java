package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.ImageChangedException;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.RefusedImageException;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;

/**
 * Steps 3 and 4: pulls an image, makes it durable, and proves it against its digest.
 *
 * <p>A store that fails the proof is repaired: the images that hold the damaged layer are removed,
 * and this one is pulled again. If the layer is still there, podman has not removed it, and the
 * whole store, which is only a cache, is recreated. If the layer is new and damaged again, the disk
 * loses what is written to it, and no repair helps. An image that is what its digest says and
 * cannot be used is pulled once; the store is sound and stays as it is.
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
      machine.progress().notes(e.getMessage() + removal(e.holders().size() - 1));
      e.holders().forEach(ports.store()::discard);
    }
    try {
      return pullAndProve(wanted, image);
    } catch (UnprovenImageException e) {
      if (e.justPulled()) {
        throw e;
      }
      machine.progress().notes(e.getMessage() + " The whole store is recreated.");
      ports.store().wipe();
      ports.store().initialize();
    }
    return pullAndProve(wanted, image);
  }

  private ImageStore.Proven pullAndProve(ImageReference wanted, ImageStore.Resolved image) {
    machine.progress().enters(UpdateStep.PULL);
    ImageId pulled = ports.store().pull(wanted, image, machine.progress()::transfers);
    if (!pulled.equals(image.id())) {
      throw new ImageChangedException(wanted, image.id(), pulled);
    }
    machine.progress().enters(UpdateStep.PROVE);
    commit(image.id());
    try {
      return ports.store().prove(image.id());
    } catch (RefusedImageException refusal) {
      discard(image.id(), refusal); // nothing will ever be made of it
      throw refusal;
    }
  }

  private static String removal(int others) {
    return others > 0
        ? " It is removed and pulled again; so are removed %d more that hold the same layer."
            .formatted(others)
        : " It is removed and pulled again.";
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
