package io.github.containersnap.install;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.install.disk.EfiArchitecture;
import io.github.containersnap.install.disk.PartitionPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The entry in the firmware's own list of what it can boot (UEFI specification, 3.1). A disk boots
 * without one, from the removable path; with it, it is the one that this machine boots next.
 *
 * @param variables where the kernel shows the firmware's variables
 * @param program efibootmgr(8)
 */
record FirmwareEntry(Path variables, String program) {
  private static final String NAME = "container-snap";

  static final FirmwareEntry OF_THIS_MACHINE =
      new FirmwareEntry(Path.of("/sys/firmware/efi/efivars"), "efibootmgr");

  /** Makes it if that can be done; returns what to tell the user. */
  String make(TargetDisk target, EfiArchitecture firmware, boolean wanted) {
    String removable = "Firmware finds it at EFI/BOOT/%s.".formatted(firmware.loader());
    return switch (target) {
      case TargetDisk.NewFile _, TargetDisk.ExistingFile _ -> removable;
      case TargetDisk.Device disk ->
          obstacle(disk.device(), wanted)
              .or(() -> failure(disk.device(), firmware))
              .map(why -> "%s It has no entry for it (%s).".formatted(removable, why))
              .orElse("This machine's firmware has a new entry for it and boots it next.");
    };
  }

  private Optional<String> obstacle(BlockDevice disk, boolean wanted) {
    if (!wanted) {
      return Optional.of("--no-nvram");
    }
    if (disk.isRemovable() || disk.isLoop()) {
      return Optional.of("the disk can be taken out");
    }
    return Files.isWritable(variables)
        ? Optional.empty()
        : Optional.of("this machine was not started by EFI firmware");
  }

  /** Makes the entry, the first in the firmware's order; returns why that failed. */
  private Optional<String> failure(BlockDevice disk, EfiArchitecture firmware) {
    try {
      ExternalCommand.of(program, "--quiet", "--create", "--disk", disk.node())
          .with("--part", PartitionPlan.ESP_NUMBER, "--label", NAME)
          .with("--loader", "\\EFI\\BOOT\\" + firmware.loader())
          .run();
      return Optional.empty();
    } catch (CommandFailedException e) {
      return Optional.of(e.getMessage());
    }
  }
}
