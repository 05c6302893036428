package io.github.containersnap.cli;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Switch;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "rollback",
    description = "Makes the fallback, or the deployment ID, the default. Prints its id.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "ID", arity = "0..1", description = "A deployment's id.")
  private Optional<String> id = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  RollbackCommand() {}

  @Override
  public void run() {
    Switch change = new Switch(parent.machine());
    if (id.isPresent()) {
      DeploymentId wanted = DeploymentId.parse(id.get());
      change.to(wanted);
      parent.out().println(wanted);
    } else {
      parent.out().println(change.back());
    }
  }
}
