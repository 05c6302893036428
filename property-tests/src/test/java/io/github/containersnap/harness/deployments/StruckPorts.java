package io.github.containersnap.harness.deployments;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.adapter.podman.PodmanStore;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Set;

/**
 * The real ports, of which one call, counted from 0, fails or ends the program. Calls that one
 * adapter makes to another count too, so it can strike within the commit point.
 */
final class StruckPorts {
  /**
   * The calls that can fail and have taken effect: the name has changed, and the sync that should
   * make it durable fails.
   */
  private static final Set<String> SYNC_AFTER_EFFECT =
      Set.of("replaceDurably", "deleteDurably", "commit");

  /** The calls that change nothing. */
  private static final Set<String> READING =
      Set.of(
          "awaitFreed",
          "countsBoots",
          "created",
          "defaultSubvolume",
          "exists",
          "filesystemId",
          "generation",
          "inodeFlags",
          "isDirectory",
          "isReadOnly",
          "isSubvolume",
          "list",
          "look",
          "menu",
          "missing",
          "names",
          "nested",
          "obstacle",
          "read",
          "readBytes",
          "scan",
          "space",
          "watchLosses");

  /** How a call is struck. */
  enum Manner {
    /** It fails before it does anything. */
    FAILS,
    /** It does everything, and fails in the sync at its end; only calls that end in one. */
    FAILS_AT_ITS_SYNC,
    /** The program ends before it. */
    KILLS
  }

  private final int strikes;
  private final Manner manner;
  private final Set<String> passed;
  private int calls;
  private String struck = "";

  StruckPorts(int strikes, Manner manner) {
    this(strikes, manner, Set.of());
  }

  private StruckPorts(int strikes, Manner manner, Set<String> passed) {
    this.strikes = strikes;
    this.manner = manner;
    this.passed = passed;
  }

  /** Ports of which only calls that change something are counted. */
  static StruckPorts atChanges(int strikes, Manner manner) {
    return new StruckPorts(strikes, manner, READING);
  }

  /** Stands for the end of the program: nothing in the engine catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** The call that was struck, or nothing if there were fewer. */
  String struck() {
    return struck;
  }

  /** Makes a boot loader over other ports. */
  interface Loader {
    Bootloader of(DeploymentLayout layout, SystemFiles files, Btrfs btrfs);
  }

  Ports of(DeploymentLayout layout, Podman podman) {
    return of(layout, podman, GrubBtrfs::new);
  }

  Ports of(DeploymentLayout layout, Podman podman, Loader loader) {
    SystemFiles files = struck(SystemFiles.class, new LinuxFiles());
    Btrfs btrfs = struck(Btrfs.class, new BtrfsProgs());
    return new Ports(
        btrfs,
        struck(ImageStore.class, new PodmanStore(layout, files, btrfs, podman)),
        struck(Bootloader.class, loader.of(layout, files, btrfs)),
        files,
        new FileLock(layout.lock()),
        InstantSource.system());
  }

  private <T> T struck(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              boolean counts =
                  !passed.contains(method.getName())
                      && (manner != Manner.FAILS_AT_ITS_SYNC
                          || SYNC_AFTER_EFFECT.contains(method.getName()));
              if (counts && calls++ == strikes) {
                struck = port.getSimpleName() + "." + method.getName();
                switch (manner) {
                  case KILLS -> throw new Killed();
                  case FAILS_AT_ITS_SYNC -> method.invoke(real, arguments);
                  case FAILS -> {}
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
