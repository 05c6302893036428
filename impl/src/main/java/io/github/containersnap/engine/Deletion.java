package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.DeploymentRemoval;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Protection;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import java.util.Optional;

/**
 * Deletes what an administrator names. What runs, may boot or is pinned is refused.
 *
 * <p>What is read-only is finished work, and perhaps a system that was the default once. Deleting
 * it must be asked for: tukit aborts a transaction by deleting its snapshot, and does so also when
 * it is told to close one that was closed before.
 */
public final class Deletion {
  private final Machine machine;
  private final Ports ports;
  private final boolean force;

  /** Deletes on {@code machine}. */
  public Deletion(Machine machine) {
    this(machine, false);
  }

  private Deletion(Machine machine, boolean force) {
    this.machine = machine;
    this.ports = machine.ports();
    this.force = force;
  }

  /** The same, but a deployment that is read-only is deleted too. */
  public Deletion forced() {
    return new Deletion(machine, true);
  }

  /**
   * Deletes a deployment; returns when that is durable. A crash before leaves it whole, or on its
   * way out for {@link Recovery} to remove. A failure leaves it whole.
   *
   * @throws NotADeploymentException if there is no such deployment
   * @throws RefusedException if it is the current one, the default, the fallback or pinned; or if
   *     it is read-only, and the deletion is not {@link #forced}
   */
  public void deployment(DeploymentId id) {
    new Transaction(machine).run(() -> delete(id));
  }

  private void delete(DeploymentId id) {
    machine.deployments().root(id);
    Optional<Protection.Reason> reason = Protection.of(machine).of(id);
    if (reason.isPresent()) {
      throw RefusedException.deletion(id, reason.get());
    }
    if (!force && machine.deployments().isClosed(id)) {
      throw RefusedException.closedDeletion(id);
    }
    new SpareRoom(machine).useIfTight();
    DeploymentRemoval removal = machine.removal();
    new SmallChange(machine, () -> removal.discard(id), () -> removal.restore(id)).makeDurable();
    // The deployment is gone, durably; what is left of it, the next recovery removes as well.
    boolean _ = clearsUp(machine, id, () -> removal.removeDiscarded(id), "the next recovery");
  }

  /**
   * Removes a deployment that nothing names any more. A failure is a note: what the command
   * promises is durable already.
   *
   * @param removal removes its files
   * @param otherwise what does so if this fails
   * @return whether all of it is gone
   */
  static boolean clearsUp(Machine machine, DeploymentId id, Runnable removal, String otherwise) {
    try {
      removal.run();
      machine.ports().btrfs().commit(machine.layout().deployments());
      new SpareRoom(machine).provide();
      return true;
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "not all of %s could be cleared up (%s); %s does the rest"
                  .formatted(id.shortForm(), failure.getMessage(), otherwise));
      return false;
    }
  }

  /**
   * Deletes an image, with all its names, from the store; returns when that is durable. Deployments
   * stay. A crash before leaves a store that the next pull proves, and repairs if need be.
   *
   * @param name one of the image's names, or its id
   * @throws RefusedException if no image has that name, or if a deployment of it is the current
   *     one, the default, the fallback or pinned
   */
  public void image(String name) {
    new Transaction(machine).run(() -> deleteImage(name));
  }

  private void deleteImage(String name) {
    ImageStore.Stored image =
        ports.store().list().stream()
            .filter(it -> it.names().contains(name) || it.id().toString().equals(name))
            .findFirst()
            .orElseThrow(() -> RefusedException.noSuchImage(name));
    refuseIfNeeded(name, image);
    new SpareRoom(machine).useIfTight();
    ports.store().discard(image.id());
    ports.btrfs().commit(machine.layout().state());
  }

  private void refuseIfNeeded(String name, ImageStore.Stored image) {
    Protection.of(machine)
        .reasons()
        .forEach(
            (id, reasons) -> {
              if (id.image().equals(image.id())) {
                throw RefusedException.imageDeletion(name, id, reasons.iterator().next());
              }
            });
  }
}
