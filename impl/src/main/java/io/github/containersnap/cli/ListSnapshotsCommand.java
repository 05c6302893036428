package io.github.containersnap.cli;

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
    Deployments deployments = parent.lookedAt().deployments();
    parent.out().println("# snapshot-id,ro");
    for (Deployments.Listed listed : deployments.listed()) {
      if (listed.problem().isEmpty()) {
        parent.out().printf("%s,%s%n", listed.id(), listed.readOnly());
      } else {
        parent
            .error()
            .printf("warning: %s cannot be read: %s%n", listed.id(), listed.problem().get());
      }
    }
  }
}
