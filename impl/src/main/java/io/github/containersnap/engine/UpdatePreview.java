package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.engine.port.ImageStore;

/** What an update would do now. Asking for it writes nothing and takes no lock. */
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
