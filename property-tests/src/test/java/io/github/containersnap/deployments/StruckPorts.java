package io.github.containersnap.deployments;

import io.github.containersnap.adapter.BtrfsProgs;
import io.github.containersnap.adapter.FileLock;
import io.github.containersnap.adapter.GrubBtrfs;
import io.github.containersnap.adapter.LinuxFiles;
import io.github.containersnap.adapter.Podman;
import io.github.containersnap.adapter.PodmanStore;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * The real ports, of which one call, counted from 0, fails before it does anything, or ends the
 * program. Calls that one adapter makes to another count too, so it can strike within the commit
 * point.
 */
final class StruckPorts {
  private final int strikes;
  private final boolean deadly;
  private int calls;
  private String struck = "";
  private boolean struckACache;

  StruckPorts(int strikes, boolean deadly) {
    this.strikes = strikes;
    this.deadly = deadly;
  }

  /** Stands for the end of the program: nothing in the engine catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** The call that was struck, or nothing if there were fewer. */
  String struck() {
    return struck;
  }

  /** Whether that call was about the records of proofs, without which everything must go on. */
  boolean struckACache() {
    return struckACache;
  }

  Ports of(DeploymentLayout layout, Podman podman) {
    SystemFiles files = struck(layout, SystemFiles.class, new LinuxFiles());
    Btrfs btrfs = struck(layout, Btrfs.class, new BtrfsProgs());
    return new Ports(
        btrfs,
        struck(layout, ImageStore.class, new PodmanStore(layout, files, btrfs, podman)),
        struck(layout, Bootloader.class, new GrubBtrfs(layout, files, btrfs)),
        files,
        new FileLock(layout.lock()),
        InstantSource.system());
  }

  private <T> T struck(DeploymentLayout layout, Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (calls++ == strikes) {
                struck = port.getSimpleName() + "." + method.getName();
                struckACache =
                    arguments != null
                        && arguments[0] instanceof Path path
                        && path.startsWith(layout.proofs());
                if (deadly) {
                  throw new Killed();
                }
                throw new UncheckedIOException(new IOException("injected at " + struck));
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
