package io.github.containersnap.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "get-default",
    description = "Prints the id of the deployment that boots next.",
    footer = {
      "",
      "Examples:",
      "  container-snap get-default",
      "",
      "Exit status: 0 done; 1 failed; 2 usage, or there is none."
    },
    mixinStandardHelpOptions = true)
final class GetDefaultCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  GetDefaultCommand() {}

  @Override
  public void run() {
    print(parent.session());
  }

  static void print(Session session) {
    session.out().println(session.lookedAt().requireDefault());
  }
}
