package io.github.containersnap.install.disk;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of EFI firmware that a disk can be made for, by processor. */
public enum EfiArchitecture {
  X86_64("amd64", "x86_64-efi", "BOOTX64.EFI", "grub-efi-amd64-bin"),
  AARCH64("aarch64", "arm64-efi", "BOOTAA64.EFI", "grub-efi-arm64-bin");

  private final String javaName;
  private final String grubFormat;
  private final String loader;
  private final String debianPackage;

  EfiArchitecture(String javaName, String grubFormat, String loader, String debianPackage) {
    this.javaName = javaName;
    this.grubFormat = grubFormat;
    this.loader = loader;
    this.debianPackage = debianPackage;
  }

  /** That of machines like the one that Java calls {@code osArch}; empty if there is none. */
  public static Optional<EfiArchitecture> of(String osArch) {
    return Arrays.stream(values()).filter(one -> one.javaName.equals(osArch)).findFirst();
  }

  /** What grub-mkimage calls it, also the name of the directory of its modules. */
  public String grubFormat() {
    return grubFormat;
  }

  /**
   * The file in EFI/BOOT that the firmware starts where it has no entry of its own for a disk (UEFI
   * specification, 3.5.1.1, "Removable Media Boot Behavior").
   */
  public String loader() {
    return loader;
  }

  /** Debian's package of GRUB's modules for it. */
  String debianPackage() {
    return debianPackage;
  }
}
