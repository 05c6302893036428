package io.github.containersnap.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "get-root",
    description =
        "Prints the absolute path of the root of the deployment ID, with a slash at its end.",
    footer = {
      "",
      "Examples:",
      "  container-snap get-root fallback",
      "",
      "Exit status: 0 done; 1 failed; 2 usage or no such deployment."
    },
    mixinStandardHelpOptions = true)
final class GetRootCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  GetRootCommand() {}

  @Override
  public void run() {
    print(parent.session(), id);
  }

  static void print(Session session, String id) {
    session.out().println(session.deploymentRoot(session.deployment(id)) + "/");
  }
}
