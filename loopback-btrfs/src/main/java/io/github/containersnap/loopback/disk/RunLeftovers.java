package io.github.containersnap.loopback.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import io.github.containersnap.linux.TreeDeletion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that exists of one run: its daemons, mounts, loop devices and files.
 *
 * <p>Mounts and loop devices stand on each other in any order (a loop device in a mount on a loop
 * device), so both are taken away in rounds until none is left. The tree is deleted only then:
 * deleting it earlier would delete the content of what is still mounted.
 */
final class RunLeftovers {

  /** Below the run's directory: one file for each daemon, the line of its /proc/PID/stat. */
  static final String DAEMONS = "daemons";

  /** Below the run's directory: {@link LoopDeviceNotes}. */
  static final String LOOPS = "loops";

  private static final Duration TIME_TO_TAKE_AWAY = Duration.ofSeconds(4);

  private final Path directory;
  private final List<String> removed = new ArrayList<>();

  RunLeftovers(Path directory) {
    this.directory = directory;
  }

  /**
   * Kills what the run's process, which is dead or about to be, started and what still runs: it
   * would keep the run's mounts and go on writing to them. Such a process carries the run's mark,
   * or names the run's directory in its environment, as what podman leaves beside a container does
   * (conmon, by CONTAINERS_CONF).
   *
   * <p>In rounds until none is seen: the end of one may be the beginning of another. conmon starts
   * {@code podman container cleanup} when its container ends, which writes into the run's directory
   * again.
   */
  void killOrphans(ProcessIdentity dead) {
    String mark = "%s=%d-%d".formatted(Workspace.PROCESS_VARIABLE, dead.pid(), dead.startTime());
    Waiting.until(
        TIME_TO_TAKE_AWAY,
        () -> {
          List<ProcessIdentity> orphans = orphans(dead, mark);
          orphans.forEach(this::stop);
          return orphans.isEmpty();
        });
  }

  private List<ProcessIdentity> orphans(ProcessIdentity dead, String mark) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> pid != dead.pid())
        .filter(
            pid ->
                environment(pid).stream()
                    .anyMatch(each -> each.equals(mark) || each.contains(directory.toString())))
        .flatMap(pid -> ProcessIdentity.of(pid).stream())
        .toList();
  }

  private static List<String> environment(long pid) {
    try {
      return List.of(
          Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1)
              .split("\0", -1));
    } catch (IOException _) {
      return List.of(); // it ended while we looked
    }
  }

  /** Takes away all that can be taken away; {@link #left()} is what cannot. */
  void remove() {
    daemons().forEach(this::stop);
    boolean nothingInTheKernel =
        Waiting.until(
            TIME_TO_TAKE_AWAY,
            () -> {
              MountTable.own().atOrBelow(directory).forEach(this::unmount);
              loops().forEach(this::detach);
              return !isInTheKernel();
            });
    if (nothingInTheKernel && daemons().stream().noneMatch(ProcessIdentity::alive)) {
      // Again if somebody who was just ending has put a file into a directory meanwhile.
      Waiting.until(TIME_TO_TAKE_AWAY, this::deleteTree);
    }
  }

  /** What has been taken away, in words. */
  List<String> removed() {
    return List.copyOf(removed);
  }

  /** What is still there, in words; empty if nothing is. */
  List<String> left() {
    List<String> left = new ArrayList<>();
    daemons().stream()
        .filter(ProcessIdentity::alive)
        .forEach(daemon -> left.add("process " + daemon.pid()));
    left.addAll(inTheKernel());
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      left.add("directory " + directory);
    }
    return left;
  }

  private boolean isInTheKernel() {
    return !MountTable.own().atOrBelow(directory).isEmpty() || !loops().isEmpty();
  }

  /** Loop devices over files of the run, also if the mounts these lie in are seen by nobody now. */
  private List<LoopBinding> loops() {
    Path inScratchSpace = Path.of("/").resolve(directory.getFileName());
    List<LoopBinding> noted = new LoopDeviceNotes(directory.resolve(LOOPS)).existing();
    return LoopBinding.all().stream()
        .filter(
            loop ->
                loop.file().startsWith(directory)
                    || loop.file().startsWith(inScratchSpace)
                    || noted.contains(loop))
        .toList();
  }

  private List<String> inTheKernel() {
    List<String> left = new ArrayList<>();
    MountTable.own().atOrBelow(directory).stream()
        .map(MountInfo::at)
        .forEach(
            at -> left.add("mount %s, held by %s".formatted(at, OpenFiles.holding(Path.of(at)))));
    loops()
        .forEach(
            binding ->
                left.add(
                    "loop device %s over %s, held by %s"
                        .formatted(
                            binding.device(),
                            binding.file(),
                            OpenFiles.holding(binding.device()))));
    return left;
  }

  private List<ProcessIdentity> daemons() {
    List<ProcessIdentity> daemons = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve(DAEMONS))) {
      for (Path file : files) {
        String line = Files.readString(file, StandardCharsets.ISO_8859_1);
        ProcessIdentity.ofStat(line).ifPresent(daemons::add);
      }
    } catch (IOException _) {
      return daemons; // the run got as far as no daemon, or its tree is deleted
    }
    return daemons;
  }

  private void stop(ProcessIdentity daemon) {
    if (daemon.alive() && daemon.kill()) {
      removed.add("stopped process " + daemon.pid());
    }
  }

  private void unmount(MountInfo mount) {
    if (ExternalCommand.of("umount", "--no-canonicalize", mount.at()).runAnyStatus().succeeded()) {
      removed.add("unmounted " + mount.at());
    }
  }

  /** A device in use is unbound by the kernel when its last user goes, in a later round. */
  private void detach(LoopBinding binding) {
    ExternalCommand.of("losetup", "--detach", binding.device()).runAnyStatus();
    if (!LoopBinding.of(binding.device()).equals(Optional.of(binding))) {
      removed.add("detached %s from %s".formatted(binding.device(), binding.file()));
    }
  }

  /** Whether the directory is gone; why not, is told by what is left in it. */
  private boolean deleteTree() {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try {
      TreeDeletion.remove(directory);
      removed.add("deleted " + directory);
      return true;
    } catch (IOException e) {
      removed.add("deleted parts of %s, until: %s".formatted(directory, e));
      return false;
    }
  }
}
