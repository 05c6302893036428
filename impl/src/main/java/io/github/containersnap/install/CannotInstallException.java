package io.github.containersnap.install;

import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.install.disk.RequiredPrograms;

/** This machine cannot make a disk. Nothing was written. */
public final class CannotInstallException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private CannotInstallException(String message, String advice) {
    super(message, advice);
  }

  static CannotInstallException missing(RequiredPrograms.Missing missing) {
    return new CannotInstallException(
        "%s is not on this machine, and no disk can be made without it.".formatted(missing.name()),
        "Install it (Debian: `apt-get install %s`), then try again. Nothing was changed."
            .formatted(missing.debianPackage()));
  }

  static CannotInstallException architecture(String name) {
    return new CannotInstallException(
        "This machine is %s; disks can be made for amd64 and aarch64 with EFI firmware."
            .formatted(name),
        "Run it on such a machine. Nothing was changed.");
  }

  static CannotInstallException notRoot() {
    return new CannotInstallException(
        "Only root can make a disk: filesystems are made and mounted.",
        "Run it as root, for example with sudo. Nothing was changed.");
  }
}
