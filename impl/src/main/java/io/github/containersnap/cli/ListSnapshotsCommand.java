package io.github.containersnap.cli;

import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Machine;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "list-snapshots",
    description = "Prints the deployments, a line ID,READONLY each below a header. Only reads.",
    footer = {
      "",
      "Examples:",
      "  container-snap list-snapshots",
      "",
      "Exit status: 0 done; 1 failed; 2 usage."
    },
    mixinStandardHelpOptions = true)
final class ListSnapshotsCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  ListSnapshotsCommand() {}

  @Override
  public void run() {
    print(parent.session());
  }

  static void print(Session session) {
    Machine machine = session.lookedAt();
    session.out().println("# snapshot-id,ro");
    List<Deployments.Listed> all = machine.deployments().listed();
    if (all.isEmpty()) {
      session
          .error()
          .println(
              "There are no deployments. `container-snap adopt` makes one of the system that runs,"
                  + " `container-snap update REF` one of an image.");
    }
    for (Deployments.Listed listed : all) {
      if (listed.problem().isEmpty()) {
        session.out().printf("%s,%s%n", listed.id(), listed.readOnly());
      } else {
        session
            .error()
            .printf("warning: %s cannot be read: %s%n", listed.id(), listed.problem().get());
      }
    }
  }
}
