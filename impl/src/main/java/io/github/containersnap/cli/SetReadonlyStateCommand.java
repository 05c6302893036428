package io.github.containersnap.cli;

import io.github.containersnap.engine.ReadOnlyState;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "set-readonly-state",
    description = {
      "Closes the root of the deployment ID, or opens it for work.",
      "",
      "Closed, what was written in it is durable, and it can be switched to. What runs or may boot"
          + " is never opened, nor is an image's own deployment: create-snapshot makes a copy."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap set-readonly-state --readonly 3f1c0b7e2a5d",
      "",
      "Exit status: 0 done; 1 failed; 2 usage, no such deployment, or it must stay as"
          + " it is; 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class SetReadonlyStateCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @ArgGroup(multiplicity = "1")
  private Wanted wanted;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  SetReadonlyStateCommand() {}

  @Override
  public void run() {
    ReadOnlyState state = new ReadOnlyState(parent.machine());
    if (wanted.writable && !wanted.readOnly) {
      state.open(parent.deployment(id));
    } else {
      state.close(parent.deployment(id));
    }
  }

  /** One of the two is named. */
  static final class Wanted {
    @Option(names = "--readonly", required = true, description = "Close it.")
    private boolean readOnly;

    @Option(names = "--no-readonly", required = true, description = "Open it for work.")
    private boolean writable;
  }
}
