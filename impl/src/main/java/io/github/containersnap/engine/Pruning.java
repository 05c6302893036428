package io.github.containersnap.engine;

import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes deployments and images that nothing needs. Current, default and fallback are never
 * touched. Every removal stands for itself: a crash between two leaves the rest to the next
 * pruning, a crash within one to {@link Recovery}.
 */
final class Pruning {
  private final Machine machine;
  private final Ports ports;

  Pruning(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /** Prunes; the caller holds the lock. Returns what was removed, one line each. */
  List<String> whileLocked() {
    List<String> done = new ArrayList<>();
    Set<DeploymentId> retained = retained();
    for (DeploymentId id : machine.deployments().all()) {
      if (!retained.contains(id)) {
        machine.deployments().remove(id);
        done.add("pruned deployment " + id.shortForm());
      }
    }
    for (ImageStore.Stored image : ports.store().list()) {
      if (retained.stream().noneMatch(id -> id.image().equals(image.id()))) {
        ports.store().discard(image.id());
        done.add("pruned image " + image.id().shortForm());
      }
    }
    return done;
  }

  private Set<DeploymentId> retained() {
    Set<DeploymentId> retained = new HashSet<>();
    machine.running().ifPresent(retained::add);
    ports
        .bootloader()
        .menu()
        .ifPresent(
            menu -> {
              retained.add(menu.byDefault().deployment());
              menu.fallback().map(BootEntry::deployment).ifPresent(retained::add);
            });
    return retained;
  }
}
