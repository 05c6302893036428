package io.github.containersnap.cli;

import io.github.containersnap.engine.Finalization;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "finalize",
    description = {
      "Carries what has changed in /etc since an update into the deployment that boots next.",
      "",
      "An update gives the new deployment the /etc that the running system has at that moment. This"
          + " adds what was changed afterwards, by the same rules: a local change wins, accounts"
          + " are merged entry by entry. The system runs it when it shuts down and early in each"
          + " boot; if the power fails first, that boot carries the changes over.",
      "",
      "Prints the path of each file it replaces in the new /etc. It is repeatable, and does nothing"
          + " if nothing has changed. Once a deployment is blessed, its /etc goes its own way."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap finalize",
      "",
      "Exit status: 0 done, or nothing to do; 1 failed, and the deployment keeps the /etc it had;"
          + " 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class FinalizeCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  FinalizeCommand() {}

  /** Without picocli, and without options. */
  FinalizeCommand(ContainerSnap parent) {
    this.parent = parent;
  }

  @Override
  public void run() {
    for (Finalization.FinalizationResult outcome : new Finalization(parent.machine()).run()) {
      if (outcome instanceof Finalization.FinalizationResult.Carried carried) {
        print(carried);
      }
    }
  }

  private void print(Finalization.FinalizationResult.Carried carried) {
    carried.conflicts().forEach(it -> parent.error().println(it.inWords()));
    parent
        .error()
        .printf(
            "Carried %,d %s in /etc from %s to %s.%n",
            carried.paths().size(),
            carried.paths().size() == 1 ? "change" : "changes",
            carried.source().shortForm(),
            carried.deployment().shortForm());
    carried.paths().forEach(path -> parent.out().println("/etc/" + path));
  }
}
