package io.github.containersnap.cli;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.EtcChanges;
import io.github.containersnap.etc.EtcChange;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "etc-diff",
    description = {
      "Shows what this machine changed in /etc, against the image of its deployment. Only reads.",
      "",
      "One line a change, sorted by path:",
      "  A  added here; the image does not have it",
      "  M  other content",
      "  D  deleted here",
      "  T  another type of file, such as a link instead of a file",
      "  m  same content, but another mode, owner or extended attribute",
      "",
      "An update carries all of these over to the new deployment. Where the new image changed the"
          + " same file, the one from here is kept and the update says so."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap etc-diff",
      "  container-snap etc-diff --long | less",
      "",
      "Exit status: 0 whether there are changes or not, 1 /etc could not be read, 2 usage or no"
          + " such deployment."
    },
    mixinStandardHelpOptions = true)
final class EtcDiffCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Option(
      names = {"-l", "--long"},
      description = "Also say how each path differs.")
  private boolean inWords;

  @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
  private boolean json;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "A deployment's id; without it, the current one.")
  private Optional<String> id = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  EtcDiffCommand() {}

  @Override
  public void run() {
    EtcChanges found = EtcChanges.of(parent.lookedAt(), id.map(DeploymentId::parse));
    if (json) {
      parent.out().println(EtcDiffJson.of(found));
    } else if (found.changes().isEmpty()) {
      parent.error().printf("/etc of %s is as its image has it.%n", found.deployment().shortForm());
    } else {
      found.changes().forEach(this::print);
    }
  }

  private void print(EtcChange change) {
    String line = change.kind().letter() + " " + path(change);
    parent.out().println(inWords ? line + "  (" + change.what() + ")" : line);
  }

  static String path(EtcChange change) {
    return change.path().isEmpty() ? "/etc" : "/etc/" + change.path();
  }
}
