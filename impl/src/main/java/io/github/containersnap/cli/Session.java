package io.github.containersnap.cli;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.engine.deployment.DeploymentNames;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a verb that only looks something up needs of the command line.
 *
 * @param access reaches the machine
 * @param root where the top level of a system that is not running is mounted; empty for the running
 *     system
 * @param out takes the answer
 * @param error takes what is said besides
 */
record Session(MachineAccess access, Optional<Path> root, PrintWriter out, PrintWriter error) {
  Machine lookedAt() {
    return access.look(root);
  }

  /** The deployment that a person calls {@code text}. */
  DeploymentId deployment(String text) {
    return new DeploymentNames(this::lookedAt).find(text);
  }

  Path deploymentRoot(DeploymentId id) {
    return access.deploymentRoot(root, id);
  }
}
