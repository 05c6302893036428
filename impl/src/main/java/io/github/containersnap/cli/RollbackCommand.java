package io.github.containersnap.cli;

import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.model.DeploymentId;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "rollback",
    description = {
      "Makes the fallback, or the deployment ID, the default. Prints its id.",
      "",
      "Each deployment has its own /etc. What was changed in the current one, and is not so in the"
          + " other, stays where it is; the command lists it. With --keep-etc it is carried over,"
          + " by the rules of an update: a change made here wins. /var, /home, /root and /srv"
          + " belong to all deployments."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap rollback",
      "  container-snap rollback --keep-etc",
      "  container-snap rollback 3f1c0b7e",
      "",
      "Exit status: 0 done; 1 failed, and nothing has changed; 2 usage or no such deployment; 75"
          + " another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Runnable {
  private static final int MOST_LISTED = 20;

  @ParentCommand private ContainerSnap parent;

  @Option(names = "--keep-etc", description = "Carry over what was changed in the current /etc.")
  private boolean keepEtc;

  @Parameters(paramLabel = "ID", arity = "0..1", description = ContainerSnap.A_DEPLOYMENT)
  private Optional<String> id = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  RollbackCommand() {}

  @Override
  public void run() {
    Switch change = new Switch(parent.machine());
    Optional<DeploymentId> wanted = id.map(parent::deployment);
    List<String> different = different(change, wanted);
    DeploymentId next = to(keepEtc ? change.keepingEtc() : change, wanted);
    tell(different, next);
    parent.out().println(next);
  }

  private static DeploymentId to(Switch change, Optional<DeploymentId> wanted) {
    if (wanted.isEmpty()) {
      return change.back();
    }
    change.to(wanted.get());
    return wanted.get();
  }

  /** A rollback may be what saves the machine: that this cannot be told does not stop it. */
  private List<String> different(Switch change, Optional<DeploymentId> wanted) {
    try {
      return change.leavesBehind(wanted);
    } catch (RuntimeException failure) {
      parent.error().println("What was changed in /etc cannot be listed: " + failure.getMessage());
      return List.of();
    }
  }

  private void tell(List<String> different, DeploymentId next) {
    if (different.isEmpty()) {
      return;
    }
    parent
        .error()
        .println(
            keepEtc
                ? "Carried over to the /etc of %s:".formatted(next.shortForm())
                : "Changed in the current /etc, and not in that of %s:"
                    .formatted(next.shortForm()));
    different.stream().limit(MOST_LISTED).forEach(path -> parent.error().println("  /etc/" + path));
    if (different.size() > MOST_LISTED) {
      parent.error().printf("  and %,d more%n", different.size() - MOST_LISTED);
    }
    if (!keepEtc) {
      parent
          .error()
          .println(
              "These changes stay behind. `container-snap rollback --keep-etc %s` carries them over."
                  .formatted(next));
    }
  }
}
