package io.github.containersnap.installation;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.disk.DiskPlan;
import io.github.containersnap.disk.Firmware;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The entry in the firmware's own list of what it can boot (UEFI specification, 3.1). A disk boots
 * without one, from the removable path; with it, it is the one that this machine boots next.
 *
 * @param variables where the kernel shows the firmware's variables
 */
record FirmwareEntry(Path variables) {
  private static final String NAME = "container-snap";
  private static final String NO_ENTRY = "The firmware is given no entry (%s): %s";

  static final FirmwareEntry OF_THIS_MACHINE =
      new FirmwareEntry(Path.of("/sys/firmware/efi/efivars"));

  /** Makes it if that can be done; returns what to tell the user. */
  String make(Target target, Firmware firmware, boolean wanted) {
    String path = "the disk boots from EFI/BOOT/%s.".formatted(firmware.loader());
    if (!wanted) {
      return NO_ENTRY.formatted("--no-nvram", path);
    }
    return switch (target) {
      case Target.NewFile _, Target.ExistingFile _ -> NO_ENTRY.formatted("it is a file", path);
      case Target.Device disk -> make(disk.device(), firmware, path);
    };
  }

  private String make(BlockDevice disk, Firmware firmware, String path) {
    if (disk.isRemovable() || disk.isLoop()) {
      return NO_ENTRY.formatted("the disk can be taken out", path);
    }
    if (!Files.isWritable(variables)) {
      return NO_ENTRY.formatted("this machine was not started by EFI firmware", path);
    }
    try {
      ExternalCommand.of("efibootmgr", "--quiet", "--create", "--disk", disk.node())
          .with("--part", DiskPlan.ESP_NUMBER, "--label", NAME)
          .with("--loader", "\\EFI\\BOOT\\" + firmware.loader())
          .run();
      return "The firmware has a new entry, %s: this machine boots the disk next.".formatted(NAME);
    } catch (CommandFailedException e) {
      return NO_ENTRY.formatted(e.getMessage(), path);
    }
  }
}
