package io.github.containersnap.harness.testkit;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.adapter.podman.PodmanStore;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The real ports, of which chosen calls fail or end the program. Calls that one adapter makes to
 * another count too, so a failure can also strike inside the commit point.
 */
public final class FailingPorts {
  /** What a call is called that is about the records of proofs. */
  public static final String OF_THE_RECORDS = " of a record of proofs";

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
          "facts",
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
          "passesArguments",
          "read",
          "readBytes",
          "scan",
          "space",
          "watchLosses");

  /** How a call is struck. */
  public enum Manner {
    /** It fails before it does anything. */
    FAILS,
    /** It does everything, and fails in the sync at its end; only calls that end in one. */
    FAILS_AT_ITS_SYNC,
    /** The program ends before it. */
    KILLS
  }

  /** Which calls are counted. */
  private interface Counted {
    boolean counts(Class<?> port, String method);
  }

  /** Stands for the end of the program: nothing in the engine catches it. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Makes a boot loader over other ports. */
  public interface Loader {
    Bootloader of(DeploymentLayout layout, SystemFiles files, Btrfs btrfs);
  }

  private final IntPredicate strikes;
  private final Manner manner;
  private final Counted counted;
  private final List<String> calls = new ArrayList<>();
  private String struck = "";

  private FailingPorts(IntPredicate strikes, Manner manner, Counted counted) {
    this.strikes = strikes;
    this.manner = manner;
    this.counted = counted;
  }

  /** Ports whose calls, those to the lock too, fail where {@code fails} is true of the number. */
  public static FailingPorts where(IntPredicate fails) {
    return new FailingPorts(fails, Manner.FAILS, (_, _) -> true);
  }

  /** Ports of which one call, counted from 0, is struck. Calls to the lock do not count. */
  public static FailingPorts at(int call, Manner manner) {
    return new FailingPorts(number -> number == call, manner, (port, _) -> isNoLock(port));
  }

  /** As {@link #at}, but only calls that change something are counted. */
  public static FailingPorts atChange(int call, Manner manner) {
    return new FailingPorts(
        number -> number == call,
        manner,
        (port, method) -> isNoLock(port) && !READING.contains(method));
  }

  private static boolean isNoLock(Class<?> port) {
    return port != SystemLock.class;
  }

  /** The calls so far that were counted, in order. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** The call that was struck last, or nothing if there were fewer. */
  public String struck() {
    return struck;
  }

  /** A machine behind these ports, for the command line. */
  public MachineAccess access(Podman podman) {
    return (root, registries, progress) -> {
      DeploymentLayout layout = new DeploymentLayout(root.orElseThrow());
      return new Machine(of(layout, podman), layout, Optional.empty(), progress);
    };
  }

  /** Over a real disk that GRUB boots from. */
  public Ports of(DeploymentLayout layout, Podman podman) {
    return of(layout, podman, GrubBtrfs::new);
  }

  /** Over a real disk. */
  public Ports of(DeploymentLayout layout, Podman podman, Loader loader) {
    SystemFiles files = failing(layout, SystemFiles.class, new LinuxFiles());
    Btrfs btrfs = failing(layout, Btrfs.class, new BtrfsProgs());
    return new Ports(
        btrfs,
        failing(layout, ImageStore.class, new PodmanStore(layout, files, btrfs, podman)),
        failing(layout, Bootloader.class, loader.of(layout, files, btrfs)),
        files,
        failing(layout, SystemLock.class, new FileLock(layout.lock())),
        InstantSource.system());
  }

  private <T> T failing(DeploymentLayout layout, Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (counts(port, method)) {
                int number = calls.size();
                calls.add(name(layout, port, method, arguments));
                if (strikes.test(number)) {
                  strike(number, real, method, arguments);
                }
              }
              return passedOn(real, method, arguments);
            }));
  }

  private boolean counts(Class<?> port, Method method) {
    return counted.counts(port, method.getName())
        && (manner != Manner.FAILS_AT_ITS_SYNC || SYNC_AFTER_EFFECT.contains(method.getName()));
  }

  private static String name(
      DeploymentLayout layout, Class<?> port, Method method, Object[] arguments) {
    String call = port.getSimpleName() + "." + method.getName();
    return arguments != null
            && arguments[0] instanceof Path path
            && path.startsWith(layout.proofs())
        ? call + OF_THE_RECORDS
        : call;
  }

  private void strike(int number, Object real, Method method, Object[] arguments) throws Throwable {
    struck = calls.get(number);
    switch (manner) {
      case KILLS -> throw new Killed();
      case FAILS_AT_ITS_SYNC -> passedOn(real, method, arguments);
      case FAILS -> {}
    }
    throw new UncheckedIOException(
        "injected at call %d, %s".formatted(number, struck), new IOException());
  }

  private static Object passedOn(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
