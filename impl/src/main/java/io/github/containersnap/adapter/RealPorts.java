package io.github.containersnap.adapter;

import io.github.containersnap.adapter.bootloader.BootloaderDetection;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.adapter.podman.PodmanStore;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import java.time.InstantSource;

/** The ports of a real Linux. */
public final class RealPorts {
  private RealPorts() {}

  /** The ports for the system laid out as {@code layout}. */
  public static Ports of(DeploymentLayout layout, Podman podman) {
    LinuxFiles files = new LinuxFiles();
    BtrfsProgs btrfs = new BtrfsProgs();
    return new Ports(
        btrfs,
        store(layout, podman),
        new BootloaderDetection(layout, files, btrfs).find(),
        files,
        new FileLock(layout.lock(), podman.runtimeDirectory()),
        InstantSource.system());
  }

  /** The store alone, for the system laid out as {@code layout}, which need not be there yet. */
  public static ImageStore store(DeploymentLayout layout, Podman podman) {
    return new PodmanStore(layout, new LinuxFiles(), new BtrfsProgs(), podman);
  }
}
