package io.github.containersnap.cli;

import io.github.containersnap.engine.Pruning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "prune",
    description = {
      "Removes deployments and images that nothing needs. Prints what, a line each.",
      "",
      "Current, default, fallback and pinned deployments always stay. Of the others,"
          + " /etc/container-snap.toml of the current deployment says which:",
      "",
      "  keep = 3        # the three newest stay (without it: none)",
      "  keep-days = 14  # what is younger stays (without it: snapshots for 7 days)",
      "",
      "What in that file is not known or malformed is a warning; the other lines count."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap prune",
      "",
      "Exit status: 0 done, or nothing to do; 1 failed; 2 usage; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class PruneCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Option(names = "--dry-run", description = "Print what would be removed. Only reads.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  PruneCommand() {}

  @Override
  public void run() {
    Pruning pruning = new Pruning(parent.machine());
    (dryRun ? pruning.rehearse() : pruning.run()).forEach(parent.out()::println);
  }
}
