package io.github.containersnap.vm.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.QemuImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * One program of the image with QEMU, running for a limited time and never at the expense of the
 * machine's other work. Closing it kills it; nothing in it needs an orderly end.
 */
public final class QemuContainer extends GenericContainer<QemuContainer> {
  /** What {@link #awaitEnd} cannot tell. */
  public static final int UNKNOWN_STATUS = -1;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /**
   * A container that is not yet started.
   *
   * @param engine the engine of this process
   * @param limit after which the program is killed, whoever still waits for it
   * @param binds host path to path in the container; all can be written
   * @param script a shell script
   * @param arguments the script's {@code "$@"}
   * @param hostNetwork whether it shares the host's network; else it has none
   */
  public QemuContainer(
      ContainerEngine engine,
      Duration limit,
      Map<Path, String> binds,
      String script,
      List<String> arguments,
      boolean hostNetwork) {
    super(DockerImageName.parse(QemuImage.NAME));
    withImagePullPolicy(_ -> false);
    withNetworkMode(hostNetwork ? "host" : "none");
    withEnv(Workspace.PROCESS_VARIABLE, engine.workspace().processMark());
    // Not withFileSystemBind, which first tries with an image from a registry whether it works.
    withCreateContainerCmdModifier(command -> hostConfig(command).withBinds(all(binds)));
    withCommand(
        Stream.concat(
                Stream.of(
                    "timeout",
                    "--signal=KILL",
                    limit.toSeconds() + "s",
                    "nice",
                    "-n",
                    "5",
                    "sh",
                    "-c",
                    script,
                    "qemu"),
                arguments.stream())
            .toArray(String[]::new));
    withStartupAttempts(1);
    waitingFor(new NothingToWaitFor());
  }

  /** The container may give the program this device of the host. */
  public QemuContainer withDevice(Path device) {
    withCreateContainerCmdModifier(
        command -> hostConfig(command).withDevices(Device.parse(device.toString())));
    return this;
  }

  private static HostConfig hostConfig(CreateContainerCmd command) {
    return Objects.requireNonNull(command.getHostConfig());
  }

  private static List<Bind> all(Map<Path, String> binds) {
    return binds.entrySet().stream()
        .map(bind -> new Bind(bind.getKey().toString(), new Volume(bind.getValue()), AccessMode.rw))
        .toList();
  }

  /** Its first process, as the host counts processes; empty once it has ended. */
  public Optional<ProcessHandle> process() {
    return Optional.ofNullable(getCurrentContainerInfo().getState().getPidLong())
        .filter(pid -> pid > 0)
        .flatMap(ProcessHandle::of);
  }

  /**
   * Waits for the program's end.
   *
   * @return its exit status; {@link #UNKNOWN_STATUS} if it still runs
   */
  public int awaitEnd(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (isRunning()) {
      if (System.nanoTime() > end) {
        return UNKNOWN_STATUS;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return Optional.ofNullable(getCurrentContainerInfo().getState().getExitCodeLong())
        .map(Math::toIntExact)
        .orElse(UNKNOWN_STATUS);
  }

  /** What the program wrote to standard output and error, for a message. */
  public String said() {
    String text = getLogs().lines().map(String::strip).collect(Collectors.joining("; "));
    return text.isEmpty() ? "(it printed nothing)" : text;
  }

  /** Whether a machine is up is for its console to say. */
  private static final class NothingToWaitFor extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
