package io.github.containersnap.cli;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.HealthVerdict;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "bless",
    description = {
      "Says that the running system is good, which ends its trial.",
      "",
      "What an update or a switch makes the default is on trial until it has come up once: it boots"
          + " three times at most, and if nobody has blessed it by then, the fallback boots from"
          + " then on. The system blesses itself once its boot is complete (boot-complete.target of"
          + " systemd). After a fallback, this makes what came up the default and marks the other"
          + " as failed.",
      "",
      "First it runs the health checks: the executables in health.d/required and health.d/wanted"
          + " below /etc/container-snap and /usr/lib/container-snap, by name, each for 60 seconds"
          + " at most. If a required one fails, the system is not blessed, and on trial the machine"
          + " restarts. One that is wanted only reports. A file in /etc replaces one of its name in"
          + " /usr/lib; a link to /dev/null masks it. After a fallback all checks only report."
    },
    footer = {
      "",
      "Exit status: 0 done, or nothing to do; 1 failed; 2 a required health check failed; 75"
          + " another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class BlessCommand implements Callable<Integer> {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  BlessCommand() {}

  @Override
  public Integer call() {
    Machine machine = parent.machine();
    Optional<DeploymentId> running = machine.running();
    if (running.isPresent() && isRequiredCheckFailing(machine, running.get())) {
      parent
          .error()
          .println(
              "%s is not blessed: a required health check failed. `container-snap status` says which."
                  .formatted(running.get().shortForm()));
      return FailureReport.UNUSABLE;
    }
    bless(machine);
    return 0;
  }

  /**
   * The checks run before any lock is taken: they take long, and may run container-snap themselves.
   */
  private boolean isRequiredCheckFailing(Machine machine, DeploymentId running) {
    List<FailedCheck> failed =
        parent.healthChecks().run(name -> parent.error().println("health check " + name));
    failed.forEach(
        it ->
            parent
                .error()
                .println("warning: health check %s failed: %s".formatted(it.name(), it.what())));
    try {
      new HealthVerdict(machine).keep(running, Instant.now(), failed);
    } catch (RuntimeException failure) {
      // Without the record status says less; what the checks found holds all the same.
      parent.error().println("warning: what failed could not be recorded: " + failure.getMessage());
    }
    // A fallback has nothing to give way to: it becomes the default whatever its checks say.
    boolean fellBack =
        machine
            .ports()
            .bootloader()
            .menu()
            .map(BootMenu::byDefault)
            .filter(entry -> machine.gaveUpOn(entry.deployment()))
            .isPresent();
    return !fellBack && failed.stream().anyMatch(FailedCheck::required);
  }

  private void bless(Machine machine) {
    parent
        .error()
        .println(
            switch (new Blessing(machine).run()) {
              case Blessing.BlessingResult.Blessed blessed ->
                  "Blessed. %s has come up and is on trial no more."
                      .formatted(blessed.deployment().shortForm());
              case Blessing.BlessingResult.AlreadyBlessed already ->
                  "Nothing to do: %s is blessed.".formatted(already.deployment().shortForm());
              case Blessing.BlessingResult.FellBack back ->
                  "%s did not come up. %s is the default again; `container-snap status` says more."
                      .formatted(back.failed().shortForm(), back.deployment().shortForm());
              case Blessing.BlessingResult.NothingToBless nothing ->
                  "Nothing to do: %s.".formatted(nothing.why());
            });
  }
}
