package io.github.containersnap.cli;

import io.github.containersnap.engine.Switch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "switch",
    description = "Makes the deployment ID the default; returns when that is durable.",
    footer = {
      "",
      "Examples:",
      "  container-snap switch fallback",
      "  container-snap switch 3f1c0b7e",
      "",
      "Exit status: 0 done; 1 failed, and nothing has changed; 2 usage, or no such"
          + " deployment that can boot; 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class SwitchCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  SwitchCommand() {}

  @Override
  public void run() {
    new Switch(parent.machine()).to(parent.deployment(id));
  }
}
