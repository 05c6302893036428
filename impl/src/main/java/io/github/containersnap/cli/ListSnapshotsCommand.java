package io.github.containersnap.cli;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Deployments;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "list-snapshots",
    description = "Prints the deployments, a line ID,READONLY each below a header. Only reads.",
    mixinStandardHelpOptions = true)
final class ListSnapshotsCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  ListSnapshotsCommand() {}

  @Override
  public void run() {
    Deployments deployments = parent.machine().deployments();
    parent.out().println("# snapshot-id,ro");
    for (DeploymentId id : deployments.all()) {
      parent.out().printf("%s,%s%n", id, deployments.isReadOnly(id));
    }
  }
}
