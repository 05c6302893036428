package io.github.containersnap.engine.model;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What boots: the default, and the fallback if it does not come up.
 *
 * @param byDefault the default
 * @param fallback the fallback, if there is one
 */
public record BootMenu(BootEntry byDefault, Optional<BootEntry> fallback) {

  /** The default and the fallback. */
  public Stream<BootEntry> entries() {
    return Stream.concat(Stream.of(byDefault), fallback.stream());
  }

  /** The entry of {@code id}, if there is one. */
  public Optional<BootEntry> entry(DeploymentId id) {
    return entries().filter(entry -> entry.deployment().equals(id)).findFirst();
  }

  /** Whether {@code id} is the default or the fallback. */
  public boolean names(DeploymentId id) {
    return entry(id).isPresent();
  }
}
