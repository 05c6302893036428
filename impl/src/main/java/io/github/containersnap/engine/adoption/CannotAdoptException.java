package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.UpdateException;
import java.util.List;

/** The system cannot be brought over as it is. Nothing has changed. */
public final class CannotAdoptException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private CannotAdoptException(String message, String advice) {
    super(message, advice);
  }

  static CannotAdoptException noRoot(String subvolume) {
    return new CannotAdoptException(
        "/%s is not a subvolume that a system runs from.".formatted(subvolume),
        "`btrfs subvolume list` prints the subvolumes; name the root with --subvolume.");
  }

  static CannotAdoptException topLevel() {
    return new CannotAdoptException(
        "The system runs from the top level of its btrfs, not from a subvolume.",
        "Snapshot the top level to a subvolume such as /@rootfs, boot that, then adopt it.");
  }

  static CannotAdoptException unbootable(List<String> problems) {
    return new CannotAdoptException(
        "The system could not boot as a deployment: %s.".formatted(String.join("; ", problems)),
        "A deployment boots from its own subvolume alone: kernel, initrd and modules must lie in"
            + " it, not on a filesystem of their own such as a separate /boot.");
  }

  /** /var is on another filesystem. */
  public static CannotAdoptException varElsewhere(String where) {
    return new CannotAdoptException(
        "/var is mounted from %s, not from the btrfs of the root.".formatted(where),
        "Move /var into the root's btrfs, then adopt the system.");
  }

  static CannotAdoptException varNotInFstab() {
    return new CannotAdoptException(
        "/var is mounted, but /etc/fstab does not say from which subvolume.",
        "Give /etc/fstab a line for /var with subvol=PATH, then adopt the system.");
  }

  static CannotAdoptException link(String name) {
    return new CannotAdoptException(
        "/%s of the system is a link, or something else that a deployment cannot use."
            .formatted(name),
        "Put what it leads to in its place, then adopt the system.");
  }

  static CannotAdoptException nameTaken(String name) {
    return new CannotAdoptException(
        "/%s already exists on the top level of the btrfs, and is not in use by this system."
            .formatted(name),
        "Deployments need that name. Rename or delete the subvolume, then adopt the system.");
  }

  static CannotAdoptException stateTaken(String directory) {
    return new CannotAdoptException(
        "The system's /var already holds /%s, which another program has made.".formatted(directory),
        "Move it away, then adopt the system.");
  }

  static CannotAdoptException bootLoader(String why) {
    return new CannotAdoptException(
        "The boot loader of the system cannot be made to boot deployments: %s.".formatted(why),
        "Adopt works with a GRUB that reads its configuration from this btrfs. A new disk is made"
            + " by `container-snap install`.");
  }

  static CannotAdoptException noRoom(Bytes needed, Bytes free) {
    return new CannotAdoptException(
        "Adopting needs %s of metadata; %s are free.".formatted(needed, free),
        "Delete old snapshots or files, or run `btrfs balance`, then adopt the system.");
  }
}
