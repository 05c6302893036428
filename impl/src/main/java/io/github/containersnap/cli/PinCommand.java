package io.github.containersnap.cli;

import io.github.containersnap.engine.Pinning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "pin",
    description =
        "Keeps the deployment ID: neither prune nor delete removes it until it is unpinned.",
    footer = {
      "",
      "Examples:",
      "  container-snap pin current",
      "",
      "Exit status: 0 done; 1 failed; 2 usage or no such deployment; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class PinCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  PinCommand() {}

  @Override
  public void run() {
    new Pinning(parent.machine()).pin(parent.deployment(id));
  }
}
