package io.github.containersnap.cli;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "get-current",
    description = {
      "Prints the id of the deployment that is running.",
      "",
      "This is what the kernel was started with, also inside a chroot of another deployment. With"
          + " --root, and where the running system is not a deployment, it is what would run."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap get-current",
      "  container-snap --root /mnt get-current",
      "",
      "Exit status: 0 done; 1 failed; 2 usage, or there is none."
    },
    mixinStandardHelpOptions = true)
final class GetCurrentCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  GetCurrentCommand() {}

  @Override
  public void run() {
    print(parent.session());
  }

  static void print(Session session) {
    Machine machine = session.lookedAt();
    DeploymentId current = machine.requireCurrent();
    if (machine.running().isEmpty() && session.root().isEmpty()) {
      session
          .error()
          .println(
              "warning: The running system is not a deployment. %s boots next."
                  .formatted(current.shortForm()));
    }
    session.out().println(current);
  }
}
