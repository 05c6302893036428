package io.github.containersnap.cli;

import io.github.containersnap.cli.output.VerifyJson;
import io.github.containersnap.engine.Verification;
import io.github.containersnap.tree.TreeDifference;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "verify",
    description = {
      "Reads every file of a deployment and lists what is not as its image's digests say.",
      "",
      "Content, types, modes, owners, extended attributes and links are compared; /etc is the"
          + " machine's own (see etc-diff). Changes nothing. The store must still hold the image."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap verify",
      "  container-snap verify \"$(container-snap get-default)\"",
      "",
      "Exit status: 0 it is its image, 1 it is not or could not be read, 2 usage, no such"
          + " deployment or no image to compare with, 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private ContainerSnap parent;

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = ContainerSnap.A_DEPLOYMENT + " Without it, the current one.")
  private Optional<String> id = Optional.empty();

  @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  VerifyCommand() {}

  @Override
  public Integer call() {
    Verification found = Verification.of(parent.lookedAt(), id.map(parent::deployment));
    if (json) {
      parent.out().println(VerifyJson.of(found));
      return found.differences().isEmpty() ? 0 : FailureReport.FAILED;
    }
    if (found.differences().isEmpty()) {
      parent.error().printf("%s is its image, in every file.%n", found.deployment().shortForm());
      return 0;
    }
    found.differences().forEach(this::print);
    parent
        .error()
        .printf(
            "container-snap: %s is not its image in %,d places.%n"
                + "  A snapshot somebody worked in differs where they worked. Otherwise check the"
                + " disk (`btrfs scrub`) and update again.%n",
            found.deployment().shortForm(), found.differences().size());
    return FailureReport.FAILED;
  }

  private void print(TreeDifference difference) {
    parent.out().println("/" + difference.path() + ": " + difference.what());
  }
}
