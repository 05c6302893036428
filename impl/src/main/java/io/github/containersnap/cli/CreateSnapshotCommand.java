package io.github.containersnap.cli;

import io.github.containersnap.engine.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "create-snapshot",
    description = {
      "Makes a writable snapshot of the deployment ID, its /etc included. Prints its id.",
      "",
      "Work in its root (get-root), close it (set-readonly-state --readonly), boot it (switch). An"
          + " update does not prune it for 7 days, or as long as /etc/container-snap.toml says."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap create-snapshot current",
      "",
      "Exit status: 0 done; 1 failed; 2 usage or no such deployment; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class CreateSnapshotCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", description = ContainerSnap.A_DEPLOYMENT)
  private String id;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  CreateSnapshotCommand() {}

  @Override
  public void run() {
    parent.out().println(new Snapshot(parent.machine()).of(parent.deployment(id)));
  }
}
