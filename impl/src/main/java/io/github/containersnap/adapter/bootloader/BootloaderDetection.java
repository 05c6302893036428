package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;

/**
 * Which boot loader a system has. One that was prepared for deployments has the marks of it; of
 * another the default subvolume tells: who boots by path has no reason to set it.
 */
public record BootloaderDetection(DeploymentLayout layout, SystemFiles files, Btrfs btrfs) {
  /** The boot loader of the system, by what lies on its disk. */
  public Bootloader find() {
    if (files.exists(layout.menuRecord())) {
      return new DefaultSubvolume(layout, files, btrfs);
    }
    boolean prepared = files.exists(layout.boot()) || files.exists(layout.deployments());
    return !prepared && setsTheDefault()
        ? new DefaultSubvolume(layout, files, btrfs)
        : new GrubBtrfs(layout, files, btrfs);
  }

  private boolean setsTheDefault() {
    return files.exists(layout.system()) && !btrfs.defaultSubvolume(layout.system()).isEmpty();
  }
}
