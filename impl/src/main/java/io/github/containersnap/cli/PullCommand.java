package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.engine.Pull;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.image.ImageSource;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "pull",
    description = "Pulls an image into the store and proves it; deploys nothing. Prints its id.",
    footer = {
      "",
      "Examples:",
      "  container-snap pull docker://registry.example/os:stable",
      "",
      "Exit status: 0 done; 1 failed; 2 usage or unusable image; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class PullCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "REF", description = ContainerSnap.AN_IMAGE)
  private String reference;

  @Mixin private RegistryOptions registries = new RegistryOptions();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  PullCommand() {}

  @Override
  public void run() {
    ProgressReporter narrator = progress.narrator(parent.error());
    Pull pull = new Pull(parent.machine(registries, narrator));
    tell(narrator, pull.run(ImageSource.parse(reference).reference()), parent.out());
  }

  /** Says that {@code image} is in the store, and prints its id. */
  static void tell(ProgressReporter narrator, ImageId image, PrintWriter out) {
    narrator.ends(
        ProgressReporter.CommandResult.PULLED,
        Optional.empty(),
        "Pulled. Image %s is in the store and proven.".formatted(image.shortForm()));
    out.println(image);
  }
}
