package io.github.containersnap.loopback.disk;

import io.github.containersnap.loopback.disk.IoFault.Access;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A disk that fails where it is told to, from the moment it is told so (QEMU's blkdebug driver).
 *
 * <p>What counts is what reaches the disk: the kernel merges writes, and what it has read once it
 * does not read again. Each error is for the one request, of which nothing is carried out; how many
 * sectors that has is the kernel's choice. btrfs returns errors to the processes that wait for the
 * data, and becomes read-only if a tree is hit. It counts what it has seen (`btrfs device stats`).
 */
public final class FailingDisk implements AutoCloseable {
  /** In which blkdebug counts, whatever the disk's are. */
  private static final int BLKDEBUG_SECTOR = 512;

  private final SystemDisk seen;
  private final FuseExport export;
  private final QmpClient monitor;
  private int armed;
  private boolean closed;

  private FailingDisk(SystemDisk seen, FuseExport export, QmpClient monitor) {
    this.seen = seen;
    this.export = export;
    this.monitor = monitor;
  }

  /**
   * Starts to show a disk, without a fault.
   *
   * @throws IllegalStateException if the daemon does not come up; its output says why
   */
  public static FailingDisk start(SystemDisk disk, Workspace workspace) {
    String name = workspace.uniqueName("failing");
    Path socket = workspace.file(name + ".qmp");
    FuseExport export =
        FuseExport.start(workspace, name, file -> command(disk.image(), socket, file));
    try {
      return new FailingDisk(disk.at(export.file()), export, QmpClient.connect(socket));
    } catch (RuntimeException e) {
      export.kill();
      throw e;
    }
  }

  private static List<String> command(Path image, Path socket, Path export) {
    List<String> graph =
        List.of(
            "qemu-storage-daemon",
            "--chardev",
            "socket,id=qmp,server=on,wait=off,path=" + FuseExport.escaped(socket),
            "--monitor",
            "chardev=qmp",
            "--blockdev",
            "driver=file,node-name=disk,discard=unmap,cache.no-flush=on,filename="
                + FuseExport.escaped(image),
            "--blockdev",
            "driver=raw,node-name=front,file=disk");
    return Stream.concat(graph.stream(), FuseExport.arguments("front", export).stream()).toList();
  }

  /** The disk as seen through what fails; attach and mount this one. */
  public SystemDisk disk() {
    return seen;
  }

  /** From now on, counts and fails. A fault armed before is gone. */
  public void arm(IoFault fault) {
    String node = "fault-" + ++armed;
    monitor.execute("blockdev-add", arguments(node, fault));
    front(node);
  }

  /** From now on, nothing fails. */
  public void disarm() {
    front("disk");
  }

  private void front(String file) {
    monitor.execute(
        "blockdev-reopen",
        """
        {"options": [{"driver": "raw", "node-name": "front", "file": "%s"}]}\
        """
            .formatted(file));
  }

  /**
   * blkdebug has no counters but a state machine: each request of the kind moves it on by one, and
   * the error waits in the state of the wanted number.
   */
  private static String arguments(String node, IoFault fault) {
    String event = fault.access() == Access.WRITE ? "write_aio" : "read_aio";
    String kind = fault.access() == Access.WRITE ? "write" : "read";
    String states =
        IntStream.range(1, fault.number())
            .mapToObj(
                state ->
                    "{\"event\":\"%s\",\"state\":%d,\"new_state\":%d}"
                        .formatted(event, state, state + 1))
            .collect(Collectors.joining(","));
    // An empty list would be refused.
    String moves = states.isEmpty() ? "" : "\"set-state\": [%s],".formatted(states);
    return """
    {"driver": "blkdebug", "node-name": "%s", "image": "disk", %s
     "inject-error": [{%s "event": "%s", "state": %d, "iotype": "%s", "errno": 5, "once": %b}]}\
    """
        .formatted(node, moves, sector(fault), event, fault.number(), kind, !fault.forever());
  }

  private static String sector(IoFault fault) {
    return fault.offset().isPresent()
        ? "\"sector\": %d,".formatted(fault.offset().getAsLong() / BLKDEBUG_SECTOR)
        : "";
  }

  /** Stops to show the disk. Unmount and detach it first. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      monitor.close();
    } finally {
      export.stop();
    }
  }
}
