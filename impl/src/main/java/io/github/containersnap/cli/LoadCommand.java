package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.engine.Pull;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.ImageSource;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "load",
    description =
        "Loads an image from an archive, or from another local place, into the store. Prints its"
            + " id.",
    footer = {
      "",
      "Examples:",
      "  container-snap load -i os.tar",
      "  container-snap load oci:/srv/images/os:stable",
      "",
      "Exit status: 0 done; 1 failed; 2 usage or unusable image; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class LoadCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      description = "An archive as `podman save` writes it, OCI or Docker.")
  private Optional<Path> file = Optional.empty();

  @Parameters(paramLabel = "REF", arity = "0..1", description = ContainerSnap.AN_IMAGE)
  private Optional<String> reference = Optional.empty();

  @Mixin private RegistryOptions registries = new RegistryOptions();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  LoadCommand() {}

  @Override
  public void run() {
    if (file.isPresent() == reference.isPresent()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Name either an archive with -i FILE or a REF.");
    }
    ImageReference image =
        file.<ImageSource>map(
                it ->
                    new ImageSource.Archive(
                        it.toAbsolutePath(), Optional.empty(), Optional.empty()))
            .orElseGet(() -> ImageSource.parse(reference.get()))
            .reference();
    ProgressReporter narrator = progress.narrator(parent.error());
    PullCommand.tell(
        narrator, new Pull(parent.machine(registries, narrator)).run(image), parent.out());
  }
}
