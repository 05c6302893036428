package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The menu with which a deployment becomes the default: what it falls back to, and whether it is on
 * trial until it has come up once.
 */
public final class NextMenu {
  private final Machine machine;
  private final Optional<BootMenu> inForce;
  private final Optional<DeploymentId> unwanted;

  /** What follows the menu {@code inForce}. */
  public NextMenu(Machine machine, Optional<BootMenu> inForce) {
    this(machine, inForce, Optional.empty());
  }

  private NextMenu(Machine machine, Optional<BootMenu> inForce, Optional<DeploymentId> unwanted) {
    this.machine = machine;
    this.inForce = inForce;
    this.unwanted = unwanted;
  }

  /** The same, but {@code other} is not what the machine falls back to. */
  public NextMenu without(DeploymentId other) {
    return new NextMenu(machine, inForce, Optional.of(other));
  }

  /**
   * The menu whose default is {@code wanted}.
   *
   * @throws UnbootableDeploymentException if that could not boot as it is now
   */
  public BootMenu to(DeploymentId wanted) {
    BootEntry entry = machine.deployments().entry(wanted);
    machine.deployments().kernelArguments(wanted).leftOut().forEach(machine.progress()::notes);
    Optional<BootEntry> fallback = fallback(wanted);
    return new BootMenu(entry.with(standing(entry, fallback)), fallback);
  }

  /**
   * Of the default so far, of what runs and of the fallback so far, the best; of equals the first.
   * A recorded blessing counts more than that a system runs. So a fallback that was blessed
   * outlives any number of updates that were not. The default comes before what runs: after a
   * rollback from a blessed system, that system still runs, but the administrator wants the other
   * one.
   */
  private Optional<BootEntry> fallback(DeploymentId wanted) {
    return Stream.of(
            inForce.map(BootMenu::byDefault).map(BootEntry::deployment),
            machine.running(),
            inForce.flatMap(BootMenu::fallback).map(BootEntry::deployment))
        .flatMap(Optional::stream)
        .distinct()
        .filter(id -> !id.equals(wanted) && !unwanted.equals(Optional.of(id)))
        .sorted(
            Comparator.comparing(this::asFallback)
                .thenComparing(this::isWritable)
                .thenComparing(this::isUnknown))
        .map(this::fallbackEntry)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** One that is gone or cannot be read keeps its entry: see {@link #fallbackEntry}. */
  private boolean isWritable(DeploymentId id) {
    return machine.deployments().isOpen(id);
  }

  /** A blessing is for what was closed: what is writable may have changed since. */
  private TrialState asFallback(DeploymentId id) {
    TrialState standing = standingInForce(id);
    return standing instanceof TrialState.Blessed && isWritable(id)
        ? new TrialState.Untried()
        : standing;
  }

  /** Of those that nothing is known of, what is running has evidently come up. */
  private boolean isUnknown(DeploymentId id) {
    return asFallback(id) instanceof TrialState.Untried
        && machine.running().filter(id::equals).isEmpty();
  }

  /** Whatever trial it was on has ended: only the default is counted. */
  private Optional<BootEntry> fallbackEntry(DeploymentId id) {
    TrialState standing =
        switch (standingInForce(id)) {
          case TrialState.OnTrial _ -> new TrialState.Untried();
          case TrialState other -> other;
        };
    return machine.deployments().fallbackEntry(id, inForce).map(entry -> entry.with(standing));
  }

  /** A blessing is for what came up: with another kernel, initrd or argument it is a new trial. */
  private TrialState standing(BootEntry entry, Optional<BootEntry> fallback) {
    DeploymentId wanted = entry.deployment();
    if (standingInForce(wanted) instanceof TrialState.Blessed blessed && bootsAsBefore(entry)) {
      return blessed;
    }
    boolean counted = fallback.isPresent() && machine.ports().bootloader().countsBoots();
    return counted && machine.deployments().blessesItself(wanted)
        ? new TrialState.OnTrial(now())
        : new TrialState.Untried();
  }

  private boolean bootsAsBefore(BootEntry entry) {
    return inForce
        .flatMap(menu -> menu.entry(entry.deployment()))
        .filter(before -> before.files().equals(entry.files()))
        .filter(before -> before.arguments().equals(entry.arguments()))
        .isPresent();
  }

  private TrialState standingInForce(DeploymentId id) {
    return inForce
        .flatMap(menu -> menu.entry(id))
        .map(BootEntry::standing)
        .orElse(new TrialState.Untried());
  }

  private Instant now() {
    return machine.ports().clock().instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
