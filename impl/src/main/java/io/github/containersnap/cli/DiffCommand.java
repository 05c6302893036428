package io.github.containersnap.cli;

import io.github.containersnap.cli.output.DiffJson;
import io.github.containersnap.cli.output.DiffText;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.diff.SystemDiff;
import io.github.containersnap.engine.model.DeploymentId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "diff",
    description = {
      "Shows what is different between two deployments: packages, kernel, files, /etc. Only reads;"
          + " it reads every file of both.",
      "",
      "Packages come from the database of dpkg or rpm (in SQLite) in the deployment, below"
          + " /usr/lib/sysimage or /var/lib. Nothing of the deployment is executed.",
      "",
      "Files are summed by directory: how many names were added, removed or changed, and how large"
          + " the files are. Links and directories count as names. What an image has in /var,"
          + " /home, /root and /srv is left out: an update does not change these.",
      "",
      "/etc is compared as the images have it, with the letters of `etc-diff`. Where this machine"
          + " changed the same file, the line says what an update to the second does with it."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap diff",
      "  container-snap diff fallback current",
      "  container-snap diff --files 3f1c 9a0b | less",
      "",
      "`container-snap update --check --diff` shows the same for an update that is not deployed.",
      "",
      "Exit status: 0 whether there are differences or not, 1 a file could not be read, 2 usage or"
          + " no such deployment."
    },
    mixinStandardHelpOptions = true)
final class DiffCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      paramLabel = "ID",
      arity = "0..2",
      description =
          "From the first to the second; with one, from the current deployment to it; without, from"
              + " the current one to the default, which boots next. "
              + ContainerSnap.A_DEPLOYMENT)
  private List<String> ids = new ArrayList<>();

  @Option(
      names = {"-f", "--files"},
      description = "Also list every path that is different.")
  private boolean files;

  @Option(
      names = {"-a", "--all"},
      description = "Do not cut long lists.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  DiffCommand() {}

  @Override
  public void run() {
    if (ids.size() > 2) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Name two deployments at the most.");
    }
    Machine machine = parent.lookedAt();
    DeploymentId from =
        ids.size() > 1 ? parent.deployment(ids.getFirst()) : machine.requireCurrent();
    DeploymentId to = ids.isEmpty() ? machine.requireDefault() : parent.deployment(ids.getLast());
    if (from.equals(to) && !json) {
      machine.deployments().root(to); // fails if there is none
      parent
          .error()
          .println(
              ids.isEmpty()
                  ? "%s is current and boots next: a restart changes nothing."
                      .formatted(to.shortForm())
                  : "Both are %s.".formatted(to.shortForm()));
      return;
    }
    SystemDiff found = SystemDiff.between(machine, from, to);
    if (json) {
      parent.out().println(DiffJson.of(found, files));
    } else {
      new DiffText(files, all).lines(found).forEach(parent.out()::println);
    }
  }
}
