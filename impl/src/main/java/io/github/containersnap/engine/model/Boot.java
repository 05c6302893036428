package io.github.containersnap.engine.model;

import java.util.Optional;

/**
 * How the machine came up.
 *
 * @param deployment what is running
 * @param insteadOf the default that did not come up, if the boot loader gave up on one
 */
public record Boot(DeploymentId deployment, Optional<DeploymentId> insteadOf) {
  /** A boot of {@code deployment} that nothing is known to have failed before. */
  public static Boot of(DeploymentId deployment) {
    return new Boot(deployment, Optional.empty());
  }
}
