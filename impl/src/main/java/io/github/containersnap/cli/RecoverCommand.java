package io.github.containersnap.cli;

import io.github.containersnap.engine.Recovery;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "recover",
    description = "Settles whatever was interrupted. Run early at boot; repeatable.",
    footer = {
      "",
      "Examples:",
      "  container-snap recover",
      "",
      "Exit status: 0 done, or nothing to do; 1 failed; 2 usage; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class RecoverCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  RecoverCommand() {}

  /** Without picocli, and without options. */
  RecoverCommand(ContainerSnap parent) {
    this.parent = parent;
  }

  @Override
  public void run() {
    new Recovery(parent.machine()).run().forEach(parent.error()::println);
  }
}
