package io.github.containersnap.vm.container;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.QemuImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.DockerClientFactory;

/**
 * A podman service that belongs to one run: its store, its state and its containers lie in the
 * run's {@link Workspace}, and it sees the run's mounts, since it is started within its mount
 * namespace. The image with QEMU comes from the cache, read-only.
 *
 * <p>It ends when it is closed. What a killed run leaves (the service, conmon, QEMU) is known by
 * the mark of {@link Workspace#processMark()} in its environment, and swept by the next run.
 *
 * <p>Testcontainers remembers one socket for the whole process: so there is one engine at a time in
 * a process, and all have the same socket.
 */
public final class ContainerEngine implements AutoCloseable {
  /** What Testcontainers is told not to start: it would have to be pulled from a registry. */
  private static final String NO_REAPER = "TESTCONTAINERS_RYUK_DISABLED";

  private static final Path SOCKETS = Path.of("/run/container-snap-harness");
  private static final Duration TIME_TO_COME_UP = Duration.ofSeconds(30);
  private static final Duration TIME_TO_END = Duration.ofSeconds(10);
  private static final int MOST_DEAD_CONNECTIONS = 20;
  private static Optional<ContainerEngine> open = Optional.empty();
  private static boolean hadAnother;

  private final Workspace workspace;
  private final Path socket;
  private final Process service;

  private ContainerEngine(Workspace workspace, Path socket, Process service) {
    this.workspace = workspace;
    this.socket = socket;
    this.service = service;
  }

  /**
   * Starts the engine of this process.
   *
   * @param workspace where all that it makes lies; close the engine before it
   * @param images the store of {@link QemuImage}
   * @throws IllegalStateException if podman does not come up, or another engine is open
   */
  public static synchronized ContainerEngine open(Workspace workspace, Path images) {
    if (open.isPresent()) {
      throw new IllegalStateException(
          "this process has a container engine already, in " + open.get().workspace.directory());
    }
    if (!Boolean.parseBoolean(System.getenv(NO_REAPER))) {
      throw new IllegalStateException(
          "%s is not set to true in the environment; ci/test and ci/gate set it"
              .formatted(NO_REAPER));
    }
    try {
      IgnoredShutdownHook.beCalm();
      Path socket = socket();
      Process service = start(workspace, images, socket);
      ContainerEngine engine = new ContainerEngine(workspace, socket, service);
      engine.awaitAnswer();
      open = Optional.of(engine);
      if (hadAnother) {
        dropDeadConnections();
      }
      hadAnother = true;
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare a container engine", e);
    }
  }

  /** Where the engine of this process listens, if there is one. */
  static synchronized Optional<Path> socketOfThisProcess() {
    return open.map(engine -> engine.socket);
  }

  /** Not in the workspace: the path of a socket has 107 bytes at most (unix(7)). */
  private static Path socket() throws IOException {
    Files.createDirectories(SOCKETS);
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(SOCKETS, "*.sock")) {
      for (Path each : sockets) {
        if (isOfDeadProcess(each)) {
          Files.deleteIfExists(each);
        }
      }
    }
    Path socket = SOCKETS.resolve(ProcessHandle.current().pid() + ".sock");
    Files.deleteIfExists(socket);
    return socket;
  }

  private static boolean isOfDeadProcess(Path socket) {
    String pid = String.valueOf(socket.getFileName()).replace(".sock", "");
    return pid.matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }

  private static Process start(Workspace workspace, Path images, Path socket) throws IOException {
    Path directory = Files.createDirectories(workspace.file("engine"));
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    Path readOnly = bindReadOnly(images, Files.createDirectories(directory.resolve("images")));
    Path containers = directory.resolve("containers.conf");
    Path storage = directory.resolve("storage.conf");
    // Limits, locks and state of its own: nothing of what the machine's podman has is shared.
    Files.writeString(
        containers,
        """
        [containers]
        default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        lock_type = "file"
        tmp_dir = "%s"
        [network]
        network_backend = "netavark"
        """
            .formatted(temporary));
    Files.writeString(
        storage,
        """
        [storage]
        driver = "%s"
        graphroot = "%s"
        runroot = "%s"
        [storage.options]
        additionalimagestores = ["%s"]
        """
            .formatted(
                QemuImage.DRIVER, directory.resolve("store"), directory.resolve("run"), readOnly));
    return workspace.startDaemon(
        "container-engine",
        List.of(
            "env",
            "CONTAINERS_CONF=" + containers,
            "CONTAINERS_STORAGE_CONF=" + storage,
            "TMPDIR=" + temporary,
            Workspace.PROCESS_VARIABLE + "=" + workspace.processMark(),
            "podman",
            "system",
            "service",
            "--time=0",
            "unix://" + socket));
  }

  /** An engine writes to stores that it was told only to read, and other runs use this one too. */
  private static Path bindReadOnly(Path store, Path at) {
    ExternalCommand.of("mount", "--bind", store, at).run();
    ExternalCommand.of("mount", "-o", "remount,bind,ro", at).run();
    return at;
  }

  private void awaitAnswer() {
    try {
      Awaitility.await("podman's socket")
          .dontCatchUncaughtExceptions()
          .pollDelay(Duration.ofMillis(50))
          .pollInterval(Duration.ofMillis(50))
          .atMost(TIME_TO_COME_UP)
          .until(() -> !service.isAlive() || answers());
    } catch (ConditionTimeoutException e) {
      service.destroyForcibly();
      throw new IllegalStateException(
          "podman's service did not listen at %s within %d s: %s"
              .formatted(socket, TIME_TO_COME_UP.toSeconds(), said()),
          e);
    }
    if (!service.isAlive()) {
      throw new IllegalStateException(
          "podman's service ended with status %d: %s".formatted(service.exitValue(), said()));
    }
  }

  /**
   * Testcontainers keeps its connections for the whole process. Those to an engine that was closed
   * are dead, and each fails once.
   */
  private static void dropDeadConnections() {
    for (int tried = 1; true; tried++) {
      try {
        DockerClientFactory.lazyClient().pingCmd().exec();
        return;
      } catch (RuntimeException dead) {
        if (tried == MOST_DEAD_CONNECTIONS) {
          throw new IllegalStateException("podman's service does not answer", dead);
        }
      }
    }
  }

  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException _) {
      return false; // not yet
    }
  }

  private String said() {
    try {
      return Files.readString(workspace.file("container-engine.output")).strip();
    } catch (IOException e) {
      return "(its output cannot be read: %s)".formatted(e);
    }
  }

  /** The directory of the run that the engine belongs to. */
  public Workspace workspace() {
    return workspace;
  }

  /** Ends the service. Containers that still run are left to the workspace's own end. */
  @Override
  public void close() {
    synchronized (ContainerEngine.class) {
      open = Optional.empty();
    }
    service.destroy();
    try {
      if (!service.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
        service.destroyForcibly();
      }
      Files.deleteIfExists(socket);
    } catch (InterruptedException _) {
      service.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + socket, e);
    }
  }
}
