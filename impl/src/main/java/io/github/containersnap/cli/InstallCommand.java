package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.option.SizeConverter;
import io.github.containersnap.cli.option.TerminalConfirmation;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.image.ImageSource;
import io.github.containersnap.install.Installation;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "install",
    description = {
      "Makes a disk that boots an image. Prints the new deployment's id.",
      "",
      "The disk gets a GPT with an EFI system partition, which holds GRUB, and a btrfs labelled"
          + " SYSTEM with the image as its first deployment; from then on the system updates"
          + " itself. A disk that is in use is refused, and before anything is lost you are asked."
          + " Success means durable."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap install --disk disk.img oci-archive:os.tar",
      "  container-snap install --disk /dev/sdb docker://registry.example/os:stable",
      "  container-snap install --disk /dev/sdb --source docker://registry.example/os:stable"
          + " oci-archive:os.tar",
      "",
      "If it fails: a file that install made is removed again; a disk that was there before says so"
          + " if it was changed, and then boots nothing until you install again.",
      "",
      "Exit status: 0 done; 1 failed; 2 usage, unusable disk or unusable image; 75 another install"
          + " is at work."
    },
    mixinStandardHelpOptions = true)
final class InstallCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--disk",
      paramLabel = "FILE|DEVICE",
      required = true,
      description =
          "Where to: a file, which is made if it is not there, or a whole disk such as /dev/sdb."
              + " All that it holds is lost.")
  private Path disk;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "How large a new file is, such as 16G or 900M (powers of 1024); 8G if left out. It takes"
              + " up only what is written to it.")
  private Optional<Bytes> size = Optional.empty();

  @Option(names = "--yes", description = "Do not ask: what the disk holds may be lost.")
  private boolean yes;

  @Option(
      names = "--no-nvram",
      description =
          "Do not make an entry for a device in the firmware of this machine; the disk then boots"
              + " where firmware looks at disks by itself.")
  private boolean noFirmwareEntry;

  @Option(
      names = "--source",
      paramLabel = "REF",
      description =
          "Where the system's updates come from; the image's own REF if left out. `container-snap"
              + " source` changes it later.")
  private Optional<String> source = Optional.empty();

  @Parameters(paramLabel = "REF", description = ContainerSnap.AN_IMAGE)
  private String reference;

  @Mixin private RegistryOptions registries = new RegistryOptions();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  InstallCommand() {}

  @Override
  public void run() {
    if (parent.hasRoot()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--root names a system that is there; install makes a new one.");
    }
    ProgressReporter narrator = progress.narrator(parent.error());
    Installation installation =
        new Installation(
            parent.podman(registries),
            new TerminalConfirmation(yes, parent.error(), narrator),
            narrator);
    Installation.Installed installed =
        installation.run(
            new Installation.Wish(
                disk,
                size,
                ImageSource.parse(reference).reference(),
                source.map(typed -> ImageSource.parse(typed).reference()),
                !noFirmwareEntry));
    narrator.ends(
        ProgressReporter.CommandResult.INSTALLED,
        Optional.of(installed.deployment()),
        "Installed. %s boots %s. %s"
            .formatted(installed.disk(), installed.deployment().shortForm(), installed.firmware()));
    parent.out().println(installed.deployment());
  }
}
