package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.oracle.reading.BootLoaderView;
import io.github.containersnap.harness.oracle.reading.KernelView;
import io.github.containersnap.harness.oracle.reading.MenuPlan;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The crash states of a log by what a boot can depend on, and no more looked at than that: for logs
 * of a system that runs, whose own writes (its journal, its clock) make nearly every state one of
 * its own to {@code CrashSweep}.
 *
 * @param base the disk before the log
 * @param oldId the deployment that an update is made from
 * @param newId the one that it makes
 */
public record BootClasses(SystemDisk base, WriteLog log, DeploymentId oldId, DeploymentId newId) {

  /**
   * Sorts states into classes.
   *
   * @param prefixes of the log; one whose filesystem does not mount fails the whole
   */
  public Map<BootView, SortedSet<CrashState>> of(
      Iterable<CrashState.Prefix> prefixes, Workspace workspace, ScratchSpace scratch) {
    Map<BootView, SortedSet<CrashState>> classes = new ConcurrentHashMap<>();
    StateCopies copies = new StateCopies("boot-classes", base, workspace, scratch);
    Path image = scratch.directory().resolve("boot-classes.img");
    scratch.reflink(base.image(), image);
    try (CrashImage crash = CrashImage.of(image, log)) {
      for (CrashState.Prefix prefix : prefixes) {
        crash.advanceTo(prefix.entries());
        classes.computeIfAbsent(view(copies, image), _ -> new TreeSet<>()).add(prefix);
      }
    }
    delete(image);
    return Map.copyOf(classes);
  }

  private BootView view(StateCopies copies, Path image) {
    return copies.of(
        image,
        loop -> {
          Optional<String> loader = new BootLoaderView(loop.device()).menu();
          try (Mount mount = copies.mount(loop)) {
            return new BootView(
                side(loader),
                loader,
                KernelView.menu(mount.directory()),
                MountedSystem.subvolumes(mount.directory()));
          }
        });
  }

  private Optional<Side> side(Optional<String> menu) {
    return MenuPlan.firstRoot(menu, base.filesystemUuid())
        .flatMap(
            root ->
                root.equals(DeploymentLayout.fromTopLevel(oldId))
                    ? Optional.of(Side.OLD)
                    : root.equals(DeploymentLayout.fromTopLevel(newId))
                        ? Optional.of(Side.NEW)
                        : Optional.empty());
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
