package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.DiffText;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.cli.output.ProgressReporter.CommandResult;
import io.github.containersnap.cli.output.UpdateCheckJson;
import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.Pull;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.UpdatePreview;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.settings.HostSettings;
import io.github.containersnap.engine.settings.UnattendedPlan;
import io.github.containersnap.engine.settings.UnattendedSettings;
import io.github.containersnap.image.ImageSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "update",
    description = {
      "Deploys an image and makes it the default. Prints the new deployment's id.",
      "",
      "Success means durable: the next boot is the new system. The running system becomes the"
          + " fallback. After a failure the machine boots what it booted before, unless the message"
          + " says that the next boot is in doubt: both systems are whole then.",
      "",
      "Executables in /etc/container-snap/hooks.d/before-update.d run first, by name; if one fails,"
          + " nothing is changed. Those in after-update.d run once the new system is durable, and"
          + " cannot undo it. They find the image in CONTAINER_SNAP_REFERENCE, and those after an"
          + " update the id in CONTAINER_SNAP_DEPLOYMENT. Images bring their own in"
          + " /usr/lib/container-snap/hooks.d; a link to /dev/null in /etc masks one. Each may run"
          + " ten minutes. With --root none of them runs.",
      "",
      "When unattended updates happen, /etc/container-snap.toml says:",
      "  update-days = \"Sat,Sun\"       # as systemd writes days: Mon..Fri",
      "  update-hours = \"02:00-05:00\"  # local time; downloaded up to 6 hours before",
      "  update-apply = true            # restart at once; otherwise never",
      "  update-failed-trials = 3       # none after 3 systems that did not come up; 0: no limit",
      "Without days and hours it is once a day, at any time."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap update docker://registry.example/os:stable",
      "  container-snap update --download-only",
      "  container-snap update --check --diff",
      "  container-snap update --check --json | jq .available",
      "  container-snap update --apply",
      "  container-snap update --progress json-lines 2>progress.jsonl",
      "",
      "Exit status: 0 done, or nothing to do; 1 failed (nothing was changed unless it says so); 2"
          + " usage or unusable image; 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class UpdateCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      paramLabel = "REF",
      arity = "0..1",
      description =
          ContainerSnap.AN_IMAGE + " Without it, the one that `container-snap source` prints.")
  private Optional<String> reference = Optional.empty();

  @ArgGroup private Only only = new Only();

  @Option(
      names = "--diff",
      description =
          "With --check: also show what the update would change, as `container-snap diff` does, if"
              + " the image has been downloaded.")
  private boolean diff;

  @Option(
      names = {"-f", "--files"},
      description = "With --diff: also list every path that is different.")
  private boolean files;

  @Option(
      names = "--json",
      description =
          "With --check: print JSON (schema 1) for machines, with --diff the changes in it.")
  private boolean json;

  @Option(
      names = "--apply",
      description =
          "Then restart into the new system at once, unless it runs already. Logged-in users are"
              + " told, and do not hold it back; an inhibitor, which `systemd-inhibit --list`"
              + " shows, does. The timer then tries again every hour while the window is open.")
  private boolean apply;

  @Option(
      names = "--retry",
      description = "Deploy an image again that this machine has fallen back from.")
  private boolean retry;

  @Mixin private RegistryOptions registries = new RegistryOptions();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  UpdateCommand() {}

  /** Without picocli, and without other options. */
  @SuppressWarnings("NullAway.Init") // no usage can be wrong, so nobody asks for its specification
  UpdateCommand(
      ContainerSnap parent,
      Optional<String> reference,
      boolean unattended,
      ProgressOption progress) {
    this.parent = parent;
    this.reference = reference;
    this.only.unattended = unattended;
    this.progress = progress;
  }

  @Override
  public void run() {
    requireThatOptionsMatch();
    ProgressReporter narrator = progress.narrator(parent.error());
    Machine machine = parent.machine(registries, narrator);
    if (only.check) {
      check(narrator, machine);
    } else if (only.dryRun) {
      ImageReference wanted = wanted(machine);
      UpdatePreview forecast = UpdatePreview.dryRun(machine, wanted);
      tell(narrator, forecast, wanted);
      printId(forecast);
    } else if (only.download) {
      download(narrator, machine);
    } else if (only.unattended) {
      unattended(narrator, machine);
    } else {
      update(narrator, machine, apply);
    }
  }

  private void check(ProgressReporter narrator, Machine machine) {
    ImageReference wanted = wanted(machine);
    UpdatePreview forecast = UpdatePreview.of(machine, wanted);
    Optional<SystemDiff> changes =
        diff && forecast instanceof UpdatePreview.WouldDeploy deploy
            ? changes(machine, deploy)
            : Optional.empty();
    tell(narrator, forecast, wanted);
    if (json) {
      parent.out().println(UpdateCheckJson.of(forecast, wanted.text(), changes, files));
    } else {
      printId(forecast);
      changes
          .map(new DiffText(files, true)::lines)
          .orElse(List.of())
          .forEach(parent.out()::println);
    }
  }

  private void requireThatOptionsMatch() {
    if (diff && !only.check) {
      throw usage("--diff goes with --check.");
    }
    if (files && !diff) {
      throw usage("--files goes with --check --diff.");
    }
    if (json && !only.check) {
      throw usage("--json goes with --check.");
    }
    if (apply && (only.check || only.dryRun || only.download)) {
      throw usage("--apply goes with an update; --check, --dry-run and --download-only make none.");
    }
    if (parent.hasRoot() && (apply || only.unattended)) {
      throw usage("--apply and --unattended are for the running system and go without --root.");
    }
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }

  private void update(ProgressReporter narrator, Machine machine, boolean restarts) {
    ImageReference wanted = wanted(machine);
    Update update = retry ? new Update(machine).retrying() : new Update(machine);
    Update.UpdateResult result =
        parent.hasRoot()
            ? update.run(wanted)
            : new HookedUpdate(machine, parent.updateHooks()).run(update, wanted);
    tell(narrator, result);
    if (restarts) {
      restart(machine, result.deployment());
    }
  }

  /** Restarts into {@code next}, unless it runs. */
  private void restart(Machine machine, DeploymentId next) {
    if (!machine.running().equals(Optional.of(next))) {
      parent.restart(
          "container-snap: the system restarts into its update, %s".formatted(next.shortForm()));
    }
  }

  /** What the settings of the machine say is to be done now. */
  private void unattended(ProgressReporter narrator, Machine machine) {
    UnattendedSettings settings = HostSettings.of(machine).unattended();
    LastUpdate last = new LastUpdate(machine);
    UnattendedPlan plan =
        UnattendedPlan.of(
            settings,
            last.settled(),
            last.failedRow().length(),
            machine.ports().clock().instant().atZone(ZoneId.systemDefault()));
    switch (plan) {
      case UnattendedPlan.Now _ -> update(narrator, machine, apply || settings.apply());
      case UnattendedPlan.Download _ -> download(narrator, machine);
      case UnattendedPlan.Later later -> nothingNow(narrator, later.why());
      case UnattendedPlan.Done done -> {
        nothingNow(narrator, done.why());
        // An inhibitor that refused the restart is asked again every hour, while it may happen.
        if (settings.apply() && parent.restartWasRefused()) {
          machine.byDefault().ifPresent(next -> restart(machine, next));
        }
      }
      case UnattendedPlan.Stopped stopped -> throw RefusedException.unattended(stopped.why());
    }
  }

  private static void nothingNow(ProgressReporter narrator, String why) {
    narrator.ends(
        CommandResult.UNCHANGED, Optional.empty(), "No unattended update now: %s.".formatted(why));
  }

  private void download(ProgressReporter narrator, Machine machine) {
    PullCommand.tell(narrator, new Pull(machine).run(wanted(machine)), parent.out());
  }

  private ImageReference wanted(Machine machine) {
    return reference.map(typed -> ImageSource.parse(typed).reference()).orElseGet(machine::source);
  }

  private static Optional<SystemDiff> changes(Machine machine, UpdatePreview.WouldDeploy deploy) {
    Optional<SystemDiff> changes = UpdatePreview.changes(machine, deploy);
    if (changes.isEmpty()) {
      machine
          .progress()
          .notes(
              "what it would change is known once it is downloaded: `container-snap update"
                  + " --download-only`, then this again");
    }
    return changes;
  }

  private void tell(ProgressReporter narrator, UpdatePreview forecast, ImageReference wanted) {
    switch (forecast) {
      case UpdatePreview.NothingToDo nothing ->
          narrator.ends(
              CommandResult.UNCHANGED,
              Optional.of(nothing.deployment()),
              "Nothing to do: %s is %s and boots next."
                  .formatted(nothing.deployment().shortForm(), wanted.text()));
      case UpdatePreview.WouldDeploy deploy ->
          narrator.ends(
              CommandResult.AVAILABLE,
              Optional.of(deploy.deployment()),
              "An update to %s would fetch %s and deploy %s. Nothing was changed."
                  .formatted(wanted.text(), deploy.missing(), deploy.deployment().shortForm()));
    }
  }

  /** For scripts: nothing is printed if there is nothing to do. */
  private void printId(UpdatePreview forecast) {
    if (forecast instanceof UpdatePreview.WouldDeploy deploy) {
      parent.out().println(deploy.deployment());
    }
  }

  private void tell(ProgressReporter narrator, Update.UpdateResult outcome) {
    switch (outcome) {
      case Update.UpdateResult.Updated updated ->
          narrator.ends(
              CommandResult.UPDATED,
              Optional.of(updated.deployment()),
              "Updated. %s boots next.".formatted(updated.deployment().shortForm()));
      case Update.UpdateResult.AlreadyDefault already ->
          narrator.ends(
              CommandResult.UNCHANGED,
              Optional.of(already.deployment()),
              "Nothing to do: %s is that image and boots next."
                  .formatted(already.deployment().shortForm()));
    }
    parent.out().println(outcome.deployment());
  }

  /** Less than an update; at most one of them. */
  static final class Only {
    @Option(
        names = "--check",
        description =
            "Only find out whether there is something new; prints the id it would get, or nothing.")
    private boolean check;

    @Option(
        names = "--dry-run",
        description = "As --check, and fail if an update would not fit on the disk.")
    private boolean dryRun;

    @Option(
        names = "--download-only",
        description = "Pull the image and prove it, so that a later update fetches nothing.")
    private boolean download;

    @Option(
        names = "--unattended",
        description =
            "Do what the keys update-days, update-hours, update-apply and update-failed-trials of"
                + " /etc/container-snap.toml want now: update, only download, or nothing. The"
                + " timer asks for it every hour.")
    private boolean unattended;
  }
}
