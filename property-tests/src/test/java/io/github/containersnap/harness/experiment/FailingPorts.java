package io.github.containersnap.harness.experiment;

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
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The real ports, of which chosen calls fail before they do anything. Calls that one adapter makes
 * to another are counted too, so a failure can also strike inside the commit point.
 */
final class FailingPorts {
  private final IntPredicate fails;
  private final List<String> calls = new ArrayList<>();

  /** Ports whose calls fail where {@code fails} is true of the call's number, from 0. */
  FailingPorts(IntPredicate fails) {
    this.fails = fails;
  }

  /** What a call is called that is about the records of proofs. */
  static final String OF_THE_RECORDS = " of a record of proofs";

  /** The calls so far, in order. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  /** A machine behind these ports, for the command line. */
  MachineAccess access(Podman podman) {
    return (root, registries, progress) -> {
      DeploymentLayout layout = new DeploymentLayout(root.orElseThrow());
      return new Machine(of(layout, podman), layout, Optional.empty(), progress);
    };
  }

  private Ports of(DeploymentLayout layout, Podman podman) {
    SystemFiles files = failing(layout, SystemFiles.class, new LinuxFiles());
    Btrfs btrfs = failing(layout, Btrfs.class, new BtrfsProgs());
    return new Ports(
        btrfs,
        failing(layout, ImageStore.class, new PodmanStore(layout, files, btrfs, podman)),
        failing(layout, Bootloader.class, new GrubBtrfs(layout, files, btrfs)),
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
              int number = calls.size();
              String call = port.getSimpleName() + "." + method.getName();
              if (arguments != null
                  && arguments[0] instanceof Path path
                  && path.startsWith(layout.proofs())) {
                call += OF_THE_RECORDS;
              }
              calls.add(call);
              if (fails.test(number)) {
                throw new UncheckedIOException(
                    "injected at call %d, %s".formatted(number, call), new IOException());
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
