package io.github.containersnap.cli;

import io.github.containersnap.engine.Pinning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "unpin",
    description = "Takes the pin of the deployment ID away.",
    footer = {
      "",
      "Examples:",
      "  container-snap unpin 3f1c0b7e",
      "",
      "Exit status: 0 done; 1 failed; 2 usage or no such deployment; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class UnpinCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  UnpinCommand() {}

  @Override
  public void run() {
    new Pinning(parent.machine()).unpin(parent.deployment(id));
  }
}
