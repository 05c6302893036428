package io.github.containersnap.cli;

import io.github.containersnap.engine.NotADeploymentException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "get-current",
    description = "Prints the id of the deployment that is running (with --root: that would run).",
    mixinStandardHelpOptions = true)
final class GetCurrentCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  GetCurrentCommand() {}

  @Override
  public void run() {
    parent
        .out()
        .println(
            parent.machine().current().orElseThrow(() -> NotADeploymentException.none("current")));
  }
}
