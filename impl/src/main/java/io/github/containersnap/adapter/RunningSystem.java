package io.github.containersnap.adapter;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The system this process runs in.
 *
 * @param topLevel where the top level of its btrfs is mounted
 * @param deployment the deployment that is its root, if its root is one
 */
public record RunningSystem(Path topLevel, Optional<DeploymentId> deployment) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /**
   * Finds the root's btrfs and mounts its top level below {@code runtimeDirectory}, unless it is
   * mounted there already. The mount lasts until the system goes down.
   *
   * @throws NotOnBtrfsException if the root is not on btrfs
   */
  public static RunningSystem find(Path runtimeDirectory) {
    List<MountEntry> mounts = mounts();
    MountEntry root =
        mounts.stream()
            .filter(mount -> mount.at().equals("/"))
            .reduce((earlier, later) -> later)
            .filter(mount -> mount.type().equals("btrfs"))
            .orElseThrow(NotOnBtrfsException::new);
    Path topLevel = runtimeDirectory.resolve("system");
    boolean mounted = mounts.stream().anyMatch(mount -> mount.at().equals(topLevel.toString()));
    if (!mounted) {
      mount(root.source(), topLevel);
    }
    return new RunningSystem(topLevel, deployment(root.subvolume()));
  }

  private static void mount(String source, Path topLevel) {
    try {
      Files.createDirectories(topLevel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + topLevel, e);
    }
    ExternalCommand.of("mount", "-t", "btrfs", "-o", "subvolid=5,noatime", source, topLevel).run();
  }

  private static Optional<DeploymentId> deployment(String subvolume) {
    String name = subvolume.substring(subvolume.lastIndexOf('/') + 1);
    return DeploymentId.read(name)
        .filter(id -> subvolume.equals("/" + DeploymentLayout.fromTopLevel(id)));
  }

  private static List<MountEntry> mounts() {
    try {
      return Files.readAllLines(MOUNTS).stream().map(MountEntry::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + MOUNTS, e);
    }
  }

  /** One line of proc_pid_mountinfo(5). */
  private record MountEntry(String subvolume, String at, String type, String source) {
    static MountEntry read(String line) {
      String[] halves = line.split(" - ", 2);
      String[] left = halves[0].split(" ", -1);
      String[] right = halves[1].split(" ", -1);
      return new MountEntry(left[3], left[4], right[0], right[1]);
    }
  }
}
