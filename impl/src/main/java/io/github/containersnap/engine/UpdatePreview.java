package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.port.ImageStore;
import java.util.Optional;

/**
 * What an update would do now. Asking for it writes nothing and takes no lock; only {@link
 * #changes} does.
 */
public sealed interface UpdatePreview {
  /**
   * The image is what boots next already.
   *
   * @param deployment its deployment
   */
  record NothingToDo(DeploymentId deployment) implements UpdatePreview {}

  /**
   * There is something to deploy.
   *
   * @param deployment the id it would get
   * @param missing what would have to be fetched, as far as the store can be believed
   */
  record WouldDeploy(DeploymentId deployment, Bytes missing) implements UpdatePreview {}

  /**
   * Finds out what an update to {@code wanted} would do.
   *
   * @throws ImageUnavailableException if the reference leads nowhere
   * @throws RefusedException if the machine has fallen back from that image
   */
  static UpdatePreview of(Machine machine, ImageReference wanted) {
    machine.requireInitialized();
    return of(machine, machine.resolve(wanted));
  }

  /**
   * The same, and refuses what an update would refuse before it fetches anything.
   *
   * @throws FilesystemFullException if there is no room for it
   */
  static UpdatePreview dryRun(Machine machine, ImageReference wanted) {
    machine.requireInitialized();
    ImageStore.Resolved image = machine.resolve(wanted);
    UpdatePreview forecast = of(machine, image);
    if (forecast instanceof WouldDeploy) {
      new Preflight(machine).require(image);
    }
    return forecast;
  }

  /**
   * What an update to {@code next} would change in the running system. Reads the image in the
   * store, which it proves first: so it takes the lock, and a proof leaves records for the next
   * one.
   *
   * @return empty if the image has not been downloaded
   * @throws UnprovenImageException if the store's copy is damaged
   * @throws NotADeploymentException if there is nothing to compare with
   */
  static Optional<SystemDiff> changes(Machine machine, WouldDeploy next) {
    DeploymentId current = machine.requireCurrent();
    return new Transaction(machine)
        .proving(
            () -> {
              ImageId image = next.deployment().image();
              ImageStore store = machine.ports().store();
              return store.list().stream().anyMatch(it -> it.id().equals(image))
                  ? Optional.of(
                      SystemDiff.between(machine, current, next.deployment(), store.prove(image)))
                  : Optional.empty();
            });
  }

  private static UpdatePreview of(Machine machine, ImageStore.Resolved image) {
    machine.refuseFailed(image.id());
    return machine
        .byDefault()
        .filter(id -> id.image().equals(image.id()))
        .<UpdatePreview>map(NothingToDo::new)
        .orElseGet(
            () ->
                new WouldDeploy(
                    machine.workNumbers().forecast(image.id()),
                    machine.ports().store().missing(image)));
  }
}
