package io.github.containersnap.cli;

import io.github.containersnap.engine.SourceChange;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.ImageSource;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "source",
    description = {
      "Prints where updates come from, or sets it.",
      "",
      "An update without a reference goes there, and so does the update timer. Without the setting"
          + " updates follow the image that the default deployment came from. The setting belongs"
          + " to the machine: an update or a rollback keeps it. Nothing is fetched, and nothing is"
          + " asked of a registry."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap source",
      "  container-snap source docker://registry.example/os:stable",
      "  container-snap source --reset",
      "",
      "Exit status: 0 done; 1 failed, and nothing has changed; 2 usage or an unusable reference; 75"
          + " another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class SourceCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      paramLabel = "REF",
      arity = "0..1",
      description = ContainerSnap.AN_IMAGE + " Without it, the command only prints the source.")
  private Optional<String> reference = Optional.empty();

  @Option(
      names = "--reset",
      description =
          "Remove the setting, and print nothing: updates follow the default's image again.")
  private boolean reset;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  SourceCommand() {}

  @Override
  public void run() {
    if (reset && reference.isPresent()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--reset takes no REF: it removes the one that is set.");
    }
    if (reset) {
      new SourceChange(parent.machine()).reset();
      return;
    }
    if (reference.isPresent()) {
      ImageReference source = ImageSource.parse(reference.get()).reference();
      new SourceChange(parent.machine()).to(source);
    }
    parent.out().println(parent.lookedAt().source());
  }
}
