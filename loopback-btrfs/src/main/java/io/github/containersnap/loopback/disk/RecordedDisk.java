package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.log.MarkSector;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  private final SystemDisk recorded;
  private final Path logFile;
  private final FuseExport export;
  private final LoopDevice marks;
  private final LoopDeviceNotes notes;
  private boolean closed;

  private RecordedDisk(
      SystemDisk recorded,
      Path logFile,
      FuseExport export,
      LoopDevice marks,
      LoopDeviceNotes notes) {
    this.recorded = recorded;
    this.logFile = logFile;
    this.export = export;
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
    try {
      // The log is opened by path and never truncated: anything in it would be read as entries.
      Files.createFile(logFile);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the log to record " + disk.image(), e);
    }
    FuseExport export =
        FuseExport.start(
            workspace,
            workspace.uniqueName("recorder"),
            file -> command(disk.image(), logFile, file));
    try {
      LoopDevice marks = LoopDevice.attach(export.file(), disk.marksOffset(), MarkSector.BYTES);
      LoopDeviceNotes notes = new LoopDeviceNotes(workspace.file(RunLeftovers.LOOPS));
      return new RecordedDisk(disk.at(export.file()), logFile, export, marks, notes);
    } catch (RuntimeException e) {
      export.kill();
      throw e;
    }
  }

  private static List<String> command(Path image, Path logFile, Path export) {
    // no-flush: what must survive is a crash of the recorded disk, not one of this machine. Flushes
    // are recorded all the same, they only cost no wait for this machine's own disk.
    List<String> graph =
        List.of(
            "qemu-storage-daemon",
            "--blockdev",
            "driver=file,node-name=disk,discard=unmap,cache.no-flush=on,filename="
                + FuseExport.escaped(image),
            "--blockdev",
            "driver=file,node-name=log,cache.no-flush=on,filename=" + FuseExport.escaped(logFile),
            "--blockdev",
            "driver=blklogwrites,node-name=recorder,file=disk,log=log,discard=unmap,log-sector-size="
                + WriteLog.SECTOR_BYTES);
    return Stream.concat(graph.stream(), FuseExport.arguments("recorder", export).stream())
        .toList();
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
    Path sector = export.beside(".mark");
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
              .formatted(name, marks.device(), written.standardError().strip(), export.said()));
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
      if (export.isAlive()) {
        mark(MarkSector.RECORDING_ENDED);
      }
      marks.close();
    } finally {
      export.stop();
    }
  }
}
