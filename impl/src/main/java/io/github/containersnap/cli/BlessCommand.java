package io.github.containersnap.cli;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.settings.HostSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
      "First it runs the health checks: the executables in health.d/required.d and"
          + " health.d/wanted.d below /etc/container-snap and /usr/lib/container-snap. They run as"
          + " root, one after the other, by name. A file in /etc replaces one of the same name in"
          + " /usr/lib; a link to /dev/null masks it.",
      "",
      "If a required check fails, the system is not blessed, and on trial the machine restarts. If"
          + " a wanted check fails, the system is blessed; status names the check. After a fallback"
          + " no check keeps the system from being blessed. A check fails if it ends with another"
          + " status than 0, if it runs longer than the timeout, if it is not executable, or if"
          + " others than root can change it. The timeout is 60 seconds for each check;"
          + " /etc/container-snap.toml sets another:",
      "",
      "  health-check-timeout = 120"
    },
    footer = {
      "",
      "Examples:",
      "  container-snap bless",
      "  ln -s /dev/null /etc/container-snap/health.d/required.d/10-network",
      "",
      "Exit status: 0 done, or nothing to do; 1 failed; 2 usage, or a required health check failed;"
          + " 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class BlessCommand implements Callable<Integer> {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  BlessCommand() {}

  /** Without picocli, and without options. */
  BlessCommand(ContainerSnap parent) {
    this.parent = parent;
  }

  @Override
  public Integer call() {
    Machine machine = parent.machine();
    Blessing blessing = new Blessing(machine);
    Blessing.BlessingResult result =
        machine.running().isPresent() ? blessing.run(failedChecks(machine)) : blessing.run();
    say(inWords(result));
    return result instanceof Blessing.BlessingResult.Unhealthy ? FailureReport.UNUSABLE : 0;
  }

  /**
   * Runs the checks. No lock is held meanwhile: they take long, and may run container-snap
   * themselves.
   */
  private List<FailedCheck> failedChecks(Machine machine) {
    Duration limit = HostSettings.of(machine).healthCheckTimeout();
    List<FailedCheck> failed =
        parent.healthChecks().run(limit, name -> say("health check " + name));
    for (FailedCheck it : failed) {
      say("warning: health check %s failed: %s".formatted(it.name(), it.what()));
      it.lastLines().forEach(line -> say("  | " + line));
    }
    return failed;
  }

  private void say(String line) {
    parent.error().println(line);
  }

  private static String inWords(Blessing.BlessingResult result) {
    return switch (result) {
      case Blessing.BlessingResult.Blessed blessed ->
          "Blessed. %s has come up and is on trial no more."
              .formatted(blessed.deployment().shortForm());
      case Blessing.BlessingResult.AlreadyBlessed already ->
          "Nothing to do: %s is blessed.".formatted(already.deployment().shortForm());
      case Blessing.BlessingResult.FellBack back ->
          "%s did not come up. %s is the default again; `container-snap status` says more."
              .formatted(back.failed().shortForm(), back.deployment().shortForm());
      case Blessing.BlessingResult.Unhealthy unhealthy ->
          "%s is not blessed: it does not pass %s. Mend that, or mask the check."
              .formatted(unhealthy.deployment().shortForm(), names(unhealthy.failed()));
      case Blessing.BlessingResult.NothingToBless nothing ->
          "Nothing to do: %s.".formatted(nothing.why());
    };
  }

  private static String names(List<FailedCheck> failed) {
    return failed.stream().map(FailedCheck::name).collect(Collectors.joining(", "));
  }
}
