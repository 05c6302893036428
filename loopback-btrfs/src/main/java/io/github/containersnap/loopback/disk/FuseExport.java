package io.github.containersnap.loopback.disk;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** A block graph of qemu-storage-daemon's, shown as one file of a FUSE filesystem. */
final class FuseExport {
  private static final Duration TIME_TO_COME_UP = Duration.ofSeconds(15);
  private static final Duration TIME_TO_END = Duration.ofSeconds(30);
  private static final int LONGEST_OUTPUT = 2_000;

  private final Path file;
  private final Path output;
  private final Process daemon;

  private FuseExport(Path file, Path output, Process daemon) {
    this.file = file;
    this.output = output;
    this.daemon = daemon;
  }

  /**
   * Starts the daemon and waits for the file.
   *
   * @param name of the daemon, unique within the workspace
   * @param command the daemon and its arguments, for the path of the file
   * @throws IllegalStateException if the daemon does not come up; its output says why
   */
  static FuseExport start(Workspace workspace, String name, Function<Path, List<String>> command) {
    Path directory = workspace.file(name);
    Path file = directory.resolve("export");
    try {
      Files.createDirectory(directory);
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a place for " + file, e);
    }
    ExternalCommand.of("mount", "--bind", directory, directory).run();
    ExternalCommand.of("mount", "--make-shared", directory).run();
    Process daemon = workspace.startDaemon(name, inItsOwnNamespace(workspace, command.apply(file)));
    FuseExport export = new FuseExport(file, workspace.file(name + ".output"), daemon);
    try {
      export.await();
      return export;
    } catch (RuntimeException e) {
      export.kill();
      throw e;
    }
  }

  /** The arguments that export the node {@code node} as {@code file}. */
  static List<String> arguments(String node, Path file) {
    return List.of(
        "--export",
        "type=fuse,id=export,node-name=%s,writable=on,growable=off,mountpoint=%s"
            .formatted(node, escaped(file)));
  }

  /** In QEMU's options a comma ends a value, and two stand for one. */
  static String escaped(Path path) {
    return path.toAbsolutePath().toString().replace(",", ",,");
  }

  /**
   * The daemon runs in a mount namespace of its own and passes only the export on, through the
   * shared mount around it. Were it in this process's namespace, and the last in it when all are
   * killed at once, the kernel would unmount the exported filesystem in the dying daemon itself,
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

  private void await() {
    boolean up =
        Waiting.until(
            TIME_TO_COME_UP, () -> !daemon.isAlive() || MountTable.own().has(file, "fuse"));
    if (!up || !daemon.isAlive()) {
      throw new IllegalStateException(
          "qemu-storage-daemon %s before %s was exported: %s"
              .formatted(
                  up ? "ended with status " + daemon.exitValue() : "took more than 15 s",
                  file,
                  said()));
    }
  }

  /** The file that shows the graph. */
  Path file() {
    return file;
  }

  /** A path beside the daemon's output, for what belongs to it. */
  Path beside(String extension) {
    return output.resolveSibling(output.getFileName() + extension);
  }

  boolean isAlive() {
    return daemon.isAlive();
  }

  void kill() {
    daemon.destroyForcibly();
  }

  /** The end of what the daemon has printed. */
  String said() {
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

  /**
   * Stops the daemon in order. Unmount and detach what uses the file first.
   *
   * @throws IllegalStateException if it had to be killed, failed, or had users left
   */
  void stop() {
    List<LoopBinding> users = LoopBinding.below(file);
    daemon.destroy();
    int status = statusOrKill();
    // What withstands here is left to the workspace, which names the process in the way.
    ExternalCommand.of("umount", "--recursive", file.resolveSibling("")).runAnyStatus();
    if (status != 0 || !users.isEmpty()) {
      throw new IllegalStateException(
          "The daemon of %s ended with status %d%s: %s"
              .formatted(file, status, users.isEmpty() ? "" : " while in use by " + users, said()));
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
          "Interrupted while the daemon of %s ended".formatted(file), e);
    }
  }
}
