package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.log.MarkSector;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A disk whose every block write, discard and flush is recorded.
 *
 * <p>qemu-storage-daemon shows the image as one file of a FUSE filesystem, the export, and writes
 * what passes into a log (its blklogwrites driver). A loop device on the export is a disk the
 * kernel can mount; device-mapper is not needed.
 *
 * <p><b>The log sector</b> is 4096 bytes ({@link WriteLog#SECTOR_BYTES}): it becomes the recorder's
 * request alignment, and btrfs writes nothing smaller, so no write is widened. With 512 the log
 * would be no truer, only its data unaligned.
 *
 * <p><b>Discards</b> are recorded and carried out ({@code discard=unmap}), since btrfs sends them
 * by itself and a real disk obeys.
 *
 * <p><b>Foreign flushes.</b> FUSE tells the daemon of every close(2) of the export, and the daemon
 * answers with a flush, which the log cannot tell from one of the filesystem. A descriptor of the
 * export held by this process would be closed once in every child it starts, so nothing here ever
 * holds one; attach loop devices to the export before what is to be observed begins, and open the
 * export in no other way. (A loop device holds the file without a descriptor.)
 */
public final class RecordedDisk implements AutoCloseable {
  private static final Duration TIME_TO_COME_UP = Duration.ofSeconds(15);
  private static final Duration TIME_TO_END = Duration.ofSeconds(30);
  private static final int LONGEST_OUTPUT = 2_000;

  private final SystemDisk recorded;
  private final Path logFile;
  private final Path output;
  private final Process daemon;
  private final LoopDevice marks;
  private final NotedLoops notes;
  private boolean closed;

  private RecordedDisk(
      SystemDisk recorded,
      Path logFile,
      Path output,
      Process daemon,
      LoopDevice marks,
      NotedLoops notes) {
    this.recorded = recorded;
    this.logFile = logFile;
    this.output = output;
    this.daemon = daemon;
    this.marks = marks;
    this.notes = notes;
    noteLoops();
  }

  /**
   * Starts to record.
   *
   * @param disk changed by what is recorded: keep a copy of its image, the base of all crash states
   * @param logFile a file that does not exist yet
   * @throws IllegalStateException if the daemon does not come up; its output says why
   */
  public static RecordedDisk start(SystemDisk disk, Path logFile, Workspace workspace) {
    String name = workspace.uniqueName("recorder");
    Path exports = workspace.file(name);
    Path export = exports.resolve("export");
    Path output = workspace.file(name + ".output");
    try {
      // The log is opened by path and never truncated: anything in it would be read as entries.
      Files.createFile(logFile);
      Files.createDirectory(exports);
      Files.createFile(export);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the files to record " + disk.image(), e);
    }
    ExternalCommand.of("mount", "--bind", exports, exports).run();
    ExternalCommand.of("mount", "--make-shared", exports).run();
    Process daemon =
        workspace.startDaemon(
            name, inItsOwnNamespace(workspace, command(disk.image(), logFile, export)));
    try {
      awaitExport(daemon, export, output);
      LoopDevice marks = LoopDevice.attach(export, disk.marksOffset(), MarkSector.BYTES);
      NotedLoops notes = new NotedLoops(workspace.file(RunRemains.LOOPS));
      return new RecordedDisk(disk.at(export), logFile, output, daemon, marks, notes);
    } catch (RuntimeException e) {
      daemon.destroyForcibly();
      throw e;
    }
  }

  /**
   * The daemon runs in a mount namespace of its own and passes only the export on, through the
   * shared mount around it. Were it in this process's namespace, and the last in it when all are
   * killed at once, the kernel would unmount the recorded filesystem in the dying daemon itself,
   * which would wait for ever for its own answer to the last writes, and block every sync(2) of the
   * machine.
   */
  private static List<String> inItsOwnNamespace(Workspace workspace, List<String> command) {
    List<String> shell =
        List.of(
            "unshare",
            "--mount",
            "--propagation",
            "unchanged",
            "sh",
            "-c",
            "mount --make-private \"$(stat -c %m \"$0\")\" && exec \"$@\"",
            workspace.directory().toString());
    return Stream.concat(shell.stream(), command.stream()).toList();
  }

  private static List<String> command(Path image, Path logFile, Path export) {
    // no-flush: what must survive is a crash of the recorded disk, not one of this machine. Flushes
    // are recorded all the same, they only cost no wait for this machine's own disk.
    return List.of(
        "qemu-storage-daemon",
        "--blockdev",
        "driver=file,node-name=disk,discard=unmap,cache.no-flush=on,filename=" + escaped(image),
        "--blockdev",
        "driver=file,node-name=log,cache.no-flush=on,filename=" + escaped(logFile),
        "--blockdev",
        "driver=blklogwrites,node-name=recorder,file=disk,log=log,discard=unmap,log-sector-size="
            + WriteLog.SECTOR_BYTES,
        "--export",
        "type=fuse,id=export,node-name=recorder,writable=on,growable=off,mountpoint="
            + escaped(export));
  }

  /** In QEMU's options a comma ends a value, and two stand for one. */
  private static String escaped(Path path) {
    return path.toAbsolutePath().toString().replace(",", ",,");
  }

  private static void awaitExport(Process daemon, Path export, Path output) {
    boolean up =
        Waiting.until(
            TIME_TO_COME_UP, () -> !daemon.isAlive() || MountTable.read().has(export, "fuse"));
    if (!up || !daemon.isAlive()) {
      throw new IllegalStateException(
          "qemu-storage-daemon %s before %s was exported: %s"
              .formatted(
                  up ? "ended with status " + daemon.exitValue() : "took more than 15 s",
                  export,
                  said(output)));
    }
  }

  private static String said(Path output) {
    try {
      String text = Files.readString(output).strip();
      if (text.isEmpty()) {
        return "(it printed nothing)";
      }
      return text.substring(Math.max(0, text.length() - LONGEST_OUTPUT));
    } catch (IOException e) {
      return "(its output cannot be read: %s)".formatted(e);
    }
  }

  /** The file that shows the disk; reads and writes of it pass the recorder. */
  public Path export() {
    return recorded.image();
  }

  /** The disk as seen through the recorder; attach and mount this one. */
  public SystemDisk disk() {
    return recorded;
  }

  /**
   * Writes a mark into the log: all that the disk was told before this call stands before the mark.
   *
   * <p>It goes through a loop device of its own with direct I/O: neither such a write nor the
   * closing of a block device makes a flush, as the closing of the export would.
   *
   * @param name see {@link MarkSector#encode}
   * @throws IllegalStateException if the recorder does not take it
   */
  public synchronized void mark(String name) {
    noteLoops();
    Path sector = output.resolveSibling(output.getFileName() + ".mark");
    try {
      Files.write(sector, MarkSector.encode(name));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare the mark '%s'".formatted(name), e);
    }
    // dd, since Java offers direct I/O only through an interface internal to the JDK.
    CommandOutput written =
        ExternalCommand.of(
                "dd",
                "if=" + sector,
                "of=" + marks.device(),
                "bs=" + MarkSector.BYTES,
                "count=1",
                "oflag=direct",
                "conv=notrunc",
                "status=none")
            .runAnyStatus();
    if (!written.succeeded()) {
      throw new IllegalStateException(
          "The mark '%s' cannot be written through %s: %s The recorder said: %s"
              .formatted(name, marks.device(), written.standardError().strip(), said(output)));
    }
  }

  private void noteLoops() {
    LoopBinding.below(export()).forEach(notes::note);
  }

  /** Reads what has been recorded; to be called after {@link #close()}. */
  public WriteLog readLog() {
    return WriteLog.read(logFile, recorded);
  }

  /**
   * Ends the recording with the mark {@link MarkSector#RECORDING_ENDED} and stops the daemon in
   * order, so that the log is whole. Unmount and detach the disk first.
   *
   * @throws IllegalStateException if the daemon had to be killed, failed, or had users left; the
   *     log may then be incomplete
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (daemon.isAlive()) {
        mark(MarkSector.RECORDING_ENDED);
      }
      marks.close();
    } finally {
      stop();
    }
  }

  private void stop() {
    List<LoopBinding> users = LoopBinding.below(export());
    daemon.destroy();
    int status = statusOrKill();
    // What withstands here is left to the workspace, which names whoever is in the way.
    ExternalCommand.of("umount", "--recursive", export().resolveSibling("")).runAnyStatus();
    if (status != 0 || !users.isEmpty()) {
      throw new IllegalStateException(
          "The recorder of %s ended with status %d%s: %s"
              .formatted(
                  export(),
                  status,
                  users.isEmpty() ? "" : " while in use by " + users,
                  said(output)));
    }
  }

  private int statusOrKill() {
    try {
      if (!daemon.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        daemon.destroyForcibly();
      }
      return daemon.waitFor();
    } catch (InterruptedException e) {
      daemon.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "Interrupted while the recorder of %s ended".formatted(export()), e);
    }
  }
}
