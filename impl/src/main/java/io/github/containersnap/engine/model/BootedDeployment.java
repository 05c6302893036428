package io.github.containersnap.engine.model;

import java.util.Optional;

/**
 * How the machine came up.
 *
 * @param deployment what is running
 * @param insteadOf the default that did not come up, if the boot loader gave up on one
 * @param bootId what tells this boot of the machine from every other, if it is known
 */
public record BootedDeployment(
    DeploymentId deployment, Optional<DeploymentId> insteadOf, Optional<String> bootId) {
  /** A boot whose id is not known. */
  public BootedDeployment(DeploymentId deployment, Optional<DeploymentId> insteadOf) {
    this(deployment, insteadOf, Optional.empty());
  }

  /** A boot of {@code deployment} that nothing is known to have failed before. */
  public static BootedDeployment of(DeploymentId deployment) {
    return new BootedDeployment(deployment, Optional.empty());
  }
}
