package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which deployments must not go, and why.
 *
 * @param reasons for each protected deployment, at least one
 */
public record Protection(Map<DeploymentId, EnumSet<Reason>> reasons) {

  /** Why a deployment is protected, the strongest first. */
  public enum Reason {
    CURRENT("is running"),
    DEFAULT("is the default, which boots next"),
    FALLBACK("is the fallback, which boots if the default does not come up"),
    PINNED("is pinned");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** As the rest of a sentence that begins with the deployment. */
    String inWords() {
      return words;
    }
  }

  /**
   * What is protected now.
   *
   * @throws DamagedStateException if the boot menu cannot be read: nothing may be removed then
   */
  public static Protection of(Machine machine) {
    Map<DeploymentId, EnumSet<Reason>> reasons = new HashMap<>();
    machine.running().ifPresent(id -> add(reasons, id, Reason.CURRENT));
    machine
        .ports()
        .bootloader()
        .menu()
        .ifPresent(
            menu -> {
              add(reasons, menu.byDefault().deployment(), Reason.DEFAULT);
              menu.fallback().ifPresent(it -> add(reasons, it.deployment(), Reason.FALLBACK));
            });
    new Pins(machine).all().forEach(id -> add(reasons, id, Reason.PINNED));
    return new Protection(reasons);
  }

  private static void add(
      Map<DeploymentId, EnumSet<Reason>> reasons, DeploymentId id, Reason reason) {
    reasons.computeIfAbsent(id, _ -> EnumSet.noneOf(Reason.class)).add(reason);
  }

  /** The strongest reason to keep {@code id}, if there is one. */
  public Optional<Reason> of(DeploymentId id) {
    return Optional.ofNullable(reasons.get(id)).map(all -> all.iterator().next());
  }

  /** Whether it is protected because it runs or because the boot menu names it. */
  public Optional<Reason> asBootable(DeploymentId id) {
    return of(id).filter(reason -> reason != Reason.PINNED);
  }

  /** All that is protected. */
  public Set<DeploymentId> deployments() {
    return Set.copyOf(reasons.keySet());
  }
}
