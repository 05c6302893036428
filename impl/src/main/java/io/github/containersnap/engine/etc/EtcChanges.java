package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.etc.EtcChange;
import java.util.List;
import java.util.Optional;

/**
 * What a machine changed in the /etc of a deployment, against the image it was made from. Only
 * reads.
 *
 * @param deployment whose /etc that is
 * @param changes ordered by path
 */
public record EtcChanges(DeploymentId deployment, List<EtcChange> changes) {
  public EtcChanges {
    changes = List.copyOf(changes);
  }

  /**
   * Looks at a deployment.
   *
   * @param wanted the deployment; empty for the current one
   * @throws NotADeploymentException if there is no such deployment
   */
  public static EtcChanges of(Machine machine, Optional<DeploymentId> wanted) {
    DeploymentId deployment =
        wanted.or(machine::current).orElseThrow(() -> NotADeploymentException.none("current"));
    SealedRoot root = machine.deployments().root(deployment);
    return new EtcChanges(
        deployment,
        EtcChange.between(
            machine.ports().files().scan(root.imageEtc()),
            machine.ports().files().scan(root.etc())));
  }
}
