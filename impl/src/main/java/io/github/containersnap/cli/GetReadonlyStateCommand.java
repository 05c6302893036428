package io.github.containersnap.cli;

import io.github.containersnap.engine.model.DeploymentId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "get-readonly-state",
    description = "Prints true if the root of the deployment ID is read-only, else false.",
    footer = {
      "",
      "Examples:",
      "  container-snap get-readonly-state default",
      "",
      "Exit status: 0 done, whether true or false; 1 failed; 2 usage or no such" + " deployment."
    },
    mixinStandardHelpOptions = true)
final class GetReadonlyStateCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  GetReadonlyStateCommand() {}

  @Override
  public void run() {
    print(parent.session(), id);
  }

  static void print(Session session, String id) {
    DeploymentId deployment = session.deployment(id);
    session.out().println(session.lookedAt().deployments().isReadOnly(deployment));
  }
}
