package io.github.containersnap.adapter;

import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.linux.MountInfo;
import java.nio.file.Path;

/** The running system is none that container-snap deployed, so there is nothing to work on. */
public final class NotADeployedSystemException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private static final String ADVICE =
      "Boot a deployment, or name the mounted top level (subvolid 5) of a system that is not"
          + " running with --root DIR.";

  private NotADeployedSystemException(String message, String advice) {
    super(message, advice);
  }

  static NotADeployedSystemException noMount(Path root) {
    return new NotADeployedSystemException(
        "%s is no mount point, as in a chroot, so it cannot be told what runs.".formatted(root),
        ADVICE);
  }

  static NotADeployedSystemException otherFilesystem(MountInfo root) {
    return new NotADeployedSystemException(
        "This host is not a container-snap system: its root is not on btrfs, but %s."
            .formatted(root),
        "`container-snap install` makes a disk that boots an image; `container-snap adopt` makes a"
            + " deployment of a host whose root is a btrfs subvolume. --root DIR names the mounted"
            + " top level (subvolid 5) of a system that is not running.");
  }

  static NotADeployedSystemException otherSubvolume(MountInfo root) {
    return new NotADeployedSystemException(
        "The running system's root is not a deployment: it is %s.".formatted(root),
        "`container-snap adopt` makes it one. " + ADVICE);
  }

  static NotADeployedSystemException inTheWay(Path topLevel, MountInfo other) {
    return new NotADeployedSystemException(
        "%s should be the top level of the root's btrfs, but %s is mounted there."
            .formatted(topLevel, other),
        "Unmount it, then try again.");
  }
}
