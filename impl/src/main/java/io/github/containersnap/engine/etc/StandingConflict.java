package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.etc.EtcConflict;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A place in a deployment's /etc where the machine and the image want different things, until one
 * makes them alike. Only reads.
 *
 * @param deployment whose /etc that is
 * @param conflict what the two disagree on
 * @param imageCopy where the image's copy lies, if it has one: in the running system, or on the
 *     system's btrfs
 */
public record StandingConflict(
    DeploymentId deployment, EtcConflict conflict, Optional<Path> imageCopy) {
  private static final int LARGEST = 1 << 20;

  /** Looks at what runs and at what boots next. */
  public static List<StandingConflict> of(Machine machine) {
    return machine.currentAndDefault().flatMap(id -> of(machine, id).stream()).toList();
  }

  private static List<StandingConflict> of(Machine machine, DeploymentId id) {
    SystemFiles files = machine.ports().files();
    if (!files.exists(machine.layout().deployment(id))) {
      return List.of();
    }
    SealedRoot root = machine.deployments().root(id);
    return new EtcConflicts(files, machine.layout())
        .of(id).stream()
            .filter(conflict -> !isSettled(files, root, conflict))
            .map(conflict -> new StandingConflict(id, conflict, copy(machine, id, root, conflict)))
            .toList();
  }

  /** Where both are the same file now. */
  private static boolean isSettled(SystemFiles files, SealedRoot root, EtcConflict conflict) {
    if (conflict.kind() != EtcConflict.Kind.CONTENT) {
      return false;
    }
    Optional<byte[]> here = content(files, root.etc(), conflict.path());
    Optional<byte[]> image = content(files, root.imageEtc(), conflict.path());
    return here.isPresent() && image.isPresent() && Arrays.equals(here.get(), image.get());
  }

  private static Optional<byte[]> content(SystemFiles files, Path etc, String path) {
    return files.readBytes(TreeManifest.locate(etc, path), LARGEST);
  }

  private static Optional<Path> copy(
      Machine machine, DeploymentId id, SealedRoot root, EtcConflict conflict) {
    Path copy = TreeManifest.locate(root.imageEtc(), conflict.path());
    if (!machine.ports().files().exists(copy)) {
      return Optional.empty();
    }
    boolean runs = machine.running().filter(id::equals).isPresent();
    return Optional.of(runs ? Path.of("/").resolve(root.root().relativize(copy)) : copy);
  }
}
