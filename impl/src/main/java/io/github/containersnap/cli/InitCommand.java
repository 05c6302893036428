package io.github.containersnap.cli;

import io.github.containersnap.engine.Initialization;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "init",
    description = {
      "Prepares the system's btrfs for deployments. Repeatable.",
      "",
      "The boot loader is taken to be a GRUB that reads its menu from @boot/boot.cfg; but where the"
          + " default subvolume is not the top level, one that follows the default subvolume, as"
          + " openSUSE's GRUB does."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap init",
      "  container-snap --root /mnt init",
      "",
      "Exit status: 0 done, or done before; 1 failed; 2 usage; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class InitCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  InitCommand() {}

  @Override
  public void run() {
    new Initialization(parent.machine()).run();
  }
}
