package io.github.containersnap.cli;

import io.github.containersnap.engine.Initialization;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "init",
    description = "Prepares the system's btrfs for deployments. Repeatable.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  InitCommand() {}

  @Override
  public void run() {
    new Initialization(parent.machine()).run();
  }
}
