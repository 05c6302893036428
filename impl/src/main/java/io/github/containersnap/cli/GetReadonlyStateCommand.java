package io.github.containersnap.cli;

import io.github.containersnap.engine.model.DeploymentId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "get-readonly-state",
    description = "Prints true if the root of the deployment ID is read-only, else false.",
    mixinStandardHelpOptions = true)
final class GetReadonlyStateCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = "A deployment's id.")
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  GetReadonlyStateCommand() {}

  @Override
  public void run() {
    parent.out().println(parent.lookedAt().deployments().isReadOnly(DeploymentId.parse(id)));
  }
}
