package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.DiffText;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.cli.output.ProgressReporter.CommandResult;
import io.github.containersnap.engine.Pull;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.UpdatePreview;
import io.github.containersnap.engine.deployment.LastUpdate;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.image.ImageSource;
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
          + " says that the next boot is in doubt: both systems are whole then."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap update docker://registry.example/os:stable",
      "  container-snap update --download-only",
      "  container-snap update --check --diff",
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
      names = "--retry",
      description = "Deploy an image again that this machine has fallen back from.")
  private boolean retry;

  @Mixin private RegistryOptions registries = new RegistryOptions();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  UpdateCommand() {}

  @Override
  public void run() {
    if (diff && !only.check) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--diff goes with --check.");
    }
    ProgressReporter narrator = progress.narrator(parent.error());
    Machine machine = parent.machine(registries, narrator);
    ImageReference wanted =
        reference.map(typed -> ImageSource.parse(typed).reference()).orElseGet(machine::source);
    if (only.check) {
      UpdatePreview forecast = UpdatePreview.of(machine, wanted);
      List<String> changes =
          diff && forecast instanceof UpdatePreview.WouldDeploy deploy
              ? changes(machine, deploy)
              : List.of();
      tell(narrator, forecast, wanted);
      changes.forEach(parent.out()::println);
    } else if (only.dryRun) {
      tell(narrator, UpdatePreview.dryRun(machine, wanted), wanted);
    } else if (only.download) {
      PullCommand.tell(narrator, new Pull(machine).run(wanted), parent.out());
    } else {
      tell(narrator, updated(machine, wanted));
    }
  }

  /** Updates, and notes how that ended; what works on a mounted system notes nothing in it. */
  private Update.UpdateResult updated(Machine machine, ImageReference wanted) {
    Update update = retry ? new Update(machine).retrying() : new Update(machine);
    if (parent.hasRoot()) {
      return update.run(wanted);
    }
    LastUpdate last = new LastUpdate(machine);
    Update.UpdateResult result;
    try {
      result = update.run(wanted);
    } catch (LockedException another) {
      throw another; // an update that is at work notes its own end
    } catch (RuntimeException failure) {
      last.failed(wanted, failure);
      throw failure;
    }
    boolean updated = result instanceof Update.UpdateResult.Updated;
    last.succeeded(
        updated ? LastUpdate.Result.UPDATED : LastUpdate.Result.UNCHANGED,
        wanted,
        result.deployment());
    return result;
  }

  private static List<String> changes(Machine machine, UpdatePreview.WouldDeploy deploy) {
    Optional<SystemDiff> changes = UpdatePreview.changes(machine, deploy);
    if (changes.isEmpty()) {
      machine
          .progress()
          .notes(
              "what it would change is known once it is downloaded: `container-snap update"
                  + " --download-only`, then this again");
    }
    return changes.map(new DiffText(false, true)::lines).orElse(List.of());
  }

  private void tell(ProgressReporter narrator, UpdatePreview forecast, ImageReference wanted) {
    switch (forecast) {
      case UpdatePreview.NothingToDo nothing ->
          narrator.ends(
              CommandResult.UNCHANGED,
              Optional.of(nothing.deployment()),
              "Nothing to do: %s is %s and boots next."
                  .formatted(nothing.deployment().shortForm(), wanted.text()));
      case UpdatePreview.WouldDeploy deploy -> {
        narrator.ends(
            CommandResult.AVAILABLE,
            Optional.of(deploy.deployment()),
            "An update to %s would fetch %s and deploy %s. Nothing was changed."
                .formatted(wanted.text(), deploy.missing(), deploy.deployment().shortForm()));
        parent.out().println(deploy.deployment());
      }
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
  }
}
