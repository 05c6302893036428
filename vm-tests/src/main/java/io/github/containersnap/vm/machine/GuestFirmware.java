package io.github.containersnap.vm.machine;

import java.util.List;

/** What starts the boot loader. */
public enum GuestFirmware {
  /** UEFI: OVMF without Secure Boot, with variables of its own for each machine. */
  UEFI,
  /** The PC BIOS that QEMU brings: SeaBIOS. */
  BIOS;

  private static final String CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd";
  private static final String EMPTY_VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd";

  /**
   * A shell command that goes before QEMU.
   *
   * @param variables where the machine keeps its variables
   */
  String preparation(String variables) {
    return switch (this) {
      case UEFI -> "[ -e %2$s ] || cp %1$s %2$s".formatted(EMPTY_VARIABLES, variables);
      case BIOS -> "true";
    };
  }

  /** QEMU's arguments. */
  List<String> arguments(String variables) {
    return switch (this) {
      case UEFI ->
          List.of(
              "-drive",
              "if=pflash,format=raw,unit=0,readonly=on,file=" + CODE,
              "-drive",
              "if=pflash,format=raw,unit=1,file=" + variables);
      case BIOS -> List.of();
    };
  }
}
