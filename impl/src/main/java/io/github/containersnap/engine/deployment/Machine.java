package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine that is updated.
 *
 * @param ports the outside
 * @param layout where everything lies
 * @param boot how it came up; empty for a system that is not running, whose current deployment is
 *     then its default
 * @param progress hears how far a transaction is
 */
public record Machine(
    Ports ports, DeploymentLayout layout, Optional<BootedDeployment> boot, Progress progress) {

  /** The deployment that is running, if the system is. */
  public Optional<DeploymentId> running() {
    return boot.map(BootedDeployment::deployment);
  }

  /** Whether the boot loader gave up on {@code id} in this boot. */
  public boolean gaveUpOn(DeploymentId id) {
    return boot.flatMap(BootedDeployment::insteadOf).filter(id::equals).isPresent();
  }

  /** The deployments on this machine. */
  public Deployments deployments() {
    return new Deployments(ports, layout);
  }

  /** Removes deployments from this machine. */
  public DeploymentRemoval removal() {
    return new DeploymentRemoval(ports, layout);
  }

  /** Gives out the ids of new deployments. */
  public WorkNumbers workNumbers() {
    return new WorkNumbers(ports, layout);
  }

  /** The deployment that boots next, if there is one. */
  public Optional<DeploymentId> byDefault() {
    return ports.bootloader().menu().map(menu -> menu.byDefault().deployment());
  }

  /** The deployment that boots if the default does not come up, if there is one. */
  public Optional<DeploymentId> fallback() {
    return ports.bootloader().menu().flatMap(BootMenu::fallback).map(BootEntry::deployment);
  }

  /** The deployment that boots next, while another runs. */
  public Optional<DeploymentId> pending() {
    return byDefault().filter(id -> !current().equals(Optional.of(id)));
  }

  /** The deployment that is running; on a system that is not running, the one that would. */
  public Optional<DeploymentId> current() {
    return running().or(this::byDefault);
  }

  /**
   * As {@link #current}.
   *
   * @throws NotInitializedException if the machine has no place for deployments yet
   * @throws NotADeploymentException if there is none
   */
  public DeploymentId requireCurrent() {
    return require(current(), "current");
  }

  /**
   * As {@link #byDefault}.
   *
   * @throws NotInitializedException if the machine has no place for deployments yet
   * @throws NotADeploymentException if there is none
   */
  public DeploymentId requireDefault() {
    return require(byDefault(), "default");
  }

  private DeploymentId require(Optional<DeploymentId> id, String what) {
    if (id.isEmpty()) {
      requireInitialized();
    }
    return id.orElseThrow(() -> NotADeploymentException.none(what));
  }

  /**
   * Whether the system whose root is {@code subvolume} was adopted, and the machine boots what it
   * became, or falls back to it.
   */
  public boolean hasAdopted(String subvolume) {
    return ports.bootloader().menu().stream()
        .flatMap(BootMenu::entries)
        .map(BootEntry::deployment)
        .anyMatch(id -> deployments().adoptedFrom(id).filter(subvolume::equals).isPresent());
  }

  /** The deployments whose /etc matters now: the current one, and the one that boots next. */
  public Stream<DeploymentId> currentAndDefault() {
    return Stream.concat(current().stream(), byDefault().stream()).distinct();
  }

  /**
   * Refuses an image that this machine has tried, and fallen back from.
   *
   * @throws RefusedException if it has
   */
  public void refuseFailed(ImageId image) {
    ports.bootloader().menu().flatMap(BootMenu::fallback).stream()
        .filter(entry -> entry.standing() instanceof TrialState.Failed)
        .map(BootEntry::deployment)
        .filter(id -> id.image().equals(image))
        .findFirst()
        .ifPresent(
            id -> {
              throw RefusedException.failedBefore(id);
            });
  }

  /**
   * Where updates come from: what an administrator has set, or else where the deployment that boots
   * next came from.
   *
   * @throws RefusedException if nothing is set, and the default has no image behind it, or there is
   *     no default
   * @throws io.github.containersnap.engine.model.DamagedStateException if the setting cannot be
   *     read
   */
  public ImageReference source() {
    return new SourceSetting(ports.files(), layout).read().orElseGet(this::origin);
  }

  /**
   * Where the deployment that boots next came from.
   *
   * @throws RefusedException if it has no image behind it, or nothing boots
   */
  public ImageReference origin() {
    DeploymentId id = byDefault().orElseThrow(RefusedException::noSource);
    if (deployments().adoptedFrom(id).isPresent()) {
      throw RefusedException.noImageBehind(id);
    }
    return new ImageReference(deployments().record(id).reference());
  }

  /**
   * Finds out what {@code wanted} leads to now, and tells who signed it where a signature is
   * required. Only reads.
   *
   * @throws io.github.containersnap.engine.model.UpdateException if it leads nowhere, or a
   *     signature is missing
   */
  public ImageStore.Resolved resolve(ImageReference wanted) {
    ImageStore.Resolved image = ports.store().resolve(wanted);
    image.signed().map(ImageStore.Signed::statement).ifPresent(progress::notes);
    return image;
  }

  /**
   * Fails unless {@code Initialization} has been here.
   *
   * @throws NotInitializedException if it has not
   */
  public void requireInitialized() {
    if (!ports.files().exists(layout.deployments())) {
      throw new NotInitializedException(layout.deployments());
    }
  }
}
