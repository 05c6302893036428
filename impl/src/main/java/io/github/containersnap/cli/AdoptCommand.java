package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.engine.adoption.AdoptionPlan;
import io.github.containersnap.engine.adoption.HostAdoption;
import io.github.containersnap.engine.port.SystemLock;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "adopt",
    description = {
      "Makes the system that runs from an ordinary btrfs subvolume a deployment. Prints its id.",
      "",
      "The deployment is a snapshot of the system, with its own /etc; it boots next, and a later"
          + " update falls back to it. /var becomes the subvolume @var, as do /home, /root and /srv"
          + " where they lie in the root; what /etc/fstab mounts there stays. The old subvolumes"
          + " keep what they hold. After any failure the machine boots what it booted before; the"
          + " command can be run again.",
      "",
      "Restart as soon as it has ended: what the old system still writes does not reach the new"
          + " one."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap adopt --dry-run",
      "  container-snap adopt && systemctl reboot",
      "",
      "Exit status: 0 done, or done before; 1 failed, nothing boots differently; 2 usage, or there"
          + " are deployments already; 3 the system cannot be adopted as it is; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class AdoptCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--dry-run", description = "Only check, and say what would be done.")
  private boolean dryRun;

  @Option(
      names = "--subvolume",
      paramLabel = "PATH",
      description =
          "With --root: the subvolume that the system runs from, such as @rootfs; the default"
              + " subvolume if left out.")
  private Optional<String> subvolume = Optional.empty();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  AdoptCommand() {}

  @Override
  public void run() {
    if (subvolume.isPresent() && !parent.hasRoot()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--subvolume needs --root; a running system knows its own.");
    }
    ProgressReporter narrator = progress.narrator(parent.error());
    try (SystemLock.Held alone = parent.adoptionLock()) {
      HostAdoption adoption = parent.adoption(subvolume, narrator);
      if (dryRun) {
        tell(adoption.plan(), narrator, parent.out());
      } else {
        if (adoption.countsBoots()) {
          provideBootCount(adoption, narrator);
        }
        tell(adoption.run(), narrator);
      }
    }
  }

  /**
   * Makes the file before the deployment can boot, because nothing makes it later. A host that
   * cannot be adopted gets none.
   */
  private void provideBootCount(HostAdoption adoption, ProgressReporter narrator) {
    if (!adoption.isDone()) {
      adoption.plan();
    }
    parent.provideBootCount().ifPresent(narrator::notes);
  }

  private static void tell(AdoptionPlan plan, ProgressReporter narrator, PrintWriter out) {
    narrator.notes(
        plan.usesVarAsItIs()
            ? "/var is /@var and stays it."
            : "/@var would be made of %s."
                .formatted(plan.varSource().map("/"::concat).orElse("the /var of the root")));
    plan.shared().forEach(name -> narrator.notes("/@%1$s would be made of /%1$s.".formatted(name)));
    narrator.ends(
        ProgressReporter.CommandResult.AVAILABLE,
        Optional.of(plan.deployment()),
        "The system would become %s (%s, kernel %s). Nothing was changed."
            .formatted(
                plan.deployment().shortForm(),
                plan.record().osName(),
                plan.record().bootFiles().version()));
    out.println(plan.deployment());
  }

  private void tell(HostAdoption.Outcome outcome, ProgressReporter narrator) {
    switch (outcome) {
      case HostAdoption.Outcome.Adopted adopted ->
          narrator.ends(
              ProgressReporter.CommandResult.UPDATED,
              Optional.of(adopted.deployment()),
              ("Adopted. %s boots next: restart now. What is written until then stays behind in the"
                      + " old subvolumes, which are kept.")
                  .formatted(adopted.deployment().shortForm()));
      case HostAdoption.Outcome.AlreadyAdopted already ->
          narrator.ends(
              ProgressReporter.CommandResult.UNCHANGED,
              Optional.of(already.deployment()),
              "Nothing to do: the system is adopted, and %s boots next."
                  .formatted(already.deployment().shortForm()));
    }
    parent.out().println(outcome.deployment());
  }
}
