package io.github.containersnap.vm.images;

import java.util.Locale;

/**
 * What is wrong with a successor of the Debian host. Each passes all that an update looks at; the
 * recipe {@code debian-host-broken} says how it is broken.
 */
public enum BrokenHost {
  /** A service that its boot must have started fails. */
  FAILING_SERVICE,
  /** A service that its boot must have started hangs, so that nobody ever blesses it. */
  NEVER_BLESSED,
  /** All of its services run, and a required health check of the image fails. */
  FAILING_HEALTH_CHECK;

  /** As the recipe names it. */
  public String fault() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
