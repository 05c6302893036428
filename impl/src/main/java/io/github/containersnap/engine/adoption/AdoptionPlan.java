package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.deployment.DeploymentRecord;
import io.github.containersnap.engine.model.DeploymentId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an adoption is going to do.
 *
 * @param deployment what the system becomes
 * @param varSource the subvolume that is /var now, as a path from the top level; empty if /var lies
 *     in the root
 * @param shared the other directories of the root that become shared subvolumes
 * @param record what the deployment says of itself
 */
public record AdoptionPlan(
    DeploymentId deployment,
    Optional<String> varSource,
    List<String> shared,
    DeploymentRecord record) {
  public AdoptionPlan {
    shared = List.copyOf(shared);
  }

  /** Whether the system's /var is the subvolume that deployments mount. */
  public boolean usesVarAsItIs() {
    return varSource.equals(Optional.of("@var"));
  }

  /** The subvolumes of the top level that it makes for data. */
  List<String> made() {
    Stream<String> var = usesVarAsItIs() ? Stream.empty() : Stream.of("var");
    return Stream.concat(var, shared.stream()).map("@"::concat).toList();
  }
}
