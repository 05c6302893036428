package io.github.containersnap.vm.machine;

import io.github.containersnap.loopback.disk.QmpClient;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.container.QemuContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A machine that runs. Closing it is pulling its plug; of its directory, which the workspace
 * removes, the overlays go at once.
 *
 * <p><b>What a power cut loses here.</b> {@link #cutPower} kills QEMU with SIGKILL. All that the
 * guest keeps in its own memory is lost: its page cache, and btrfs's open transaction. What QEMU
 * had written to the file is not: it is in this host's page cache, which does not die with QEMU. On
 * a {@link MachineDisk.Written} disk the cut thus leaves a prefix of the guest's writes in the
 * order in which QEMU handed them on, the last ones perhaps in part; no write that was handed on is
 * lost, so a missing flush does not show: that is what the crash states of recorded logs are for.
 * On an {@link MachineDisk.Overlaid} disk the qcow2 format's own tables are kept in QEMU's memory
 * until the guest flushes, so unflushed writes to new clusters are lost, too.
 *
 * <p>Disks are opened with cache=writeback: the guest sees a disk with a volatile cache, as most
 * are, and its flushes reach the host's disk. Without direct I/O, which FUSE exports and some
 * filesystems lack and which would make no difference to a killed QEMU.
 */
public final class VirtualMachine implements AutoCloseable {
  private static final String INSIDE = "/machine";
  private static final String VARIABLES = INSIDE + "/vars.fd";
  private static final String SUSPENDED = "/suspended";
  private static final int LONGEST_SOCKET_PATH = 107;
  private static final Duration TIME_TO_COME_UP = Duration.ofSeconds(30);
  private static final Duration TIME_TO_SUSPEND = Duration.ofMinutes(3);
  private static final Duration TIME_TO_DIE = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  /** As QEMU reads a time. */
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private static final Pattern WRITES = Pattern.compile("\"wr_operations\": ?(\\d{1,18})");

  private final Path directory;
  private final QemuContainer container;
  private final ProcessHandle process;
  private final QmpClient monitor;
  private final SerialConsole console;
  private final int disks;

  private VirtualMachine(
      Path directory,
      QemuContainer container,
      ProcessHandle process,
      QmpClient monitor,
      int disks) {
    this.directory = directory;
    this.disks = disks;
    this.container = container;
    this.process = process;
    this.monitor = monitor;
    this.console = new SerialConsole(directory.resolve("console.log"), process::isAlive);
  }

  /**
   * Switches a machine on.
   *
   * @throws IllegalStateException if QEMU does not come up; what it printed is in the message
   */
  public static VirtualMachine start(ContainerEngine engine, MachinePlan plan) {
    Workspace workspace = engine.workspace();
    Path directory = workspace.file(workspace.uniqueName("vm"));
    requireShort(directory.resolve("console.sock"));
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a directory for a machine", e);
    }
    Accelerator accelerator = Accelerator.ofThisMachine(engine);
    Map<Path, String> binds = new LinkedHashMap<>();
    binds.put(directory, INSIDE);
    for (int i = 0; i < plan.disks().size(); i++) {
      binds.put(plan.disks().get(i).file().toAbsolutePath(), disk(i));
    }
    plan.suspended().ifPresent(state -> binds.put(state.toAbsolutePath(), SUSPENDED));
    QemuContainer container =
        new QemuContainer(
            engine,
            plan.limit(),
            binds,
            script(plan),
            arguments(plan, accelerator),
            plan.network());
    accelerator.device().ifPresent(container::withDevice);
    try {
      container.start();
      QmpClient monitor = monitor(container, directory.resolve("qmp.sock"));
      ProcessHandle process =
          container
              .process()
              .orElseThrow(() -> new IllegalStateException("QEMU ended: " + container.said()));
      return new VirtualMachine(directory, container, process, monitor, plan.disks().size());
    } catch (RuntimeException e) {
      container.close();
      throw e;
    }
  }

  /** The kernel takes no longer path for a socket (unix(7)). */
  private static void requireShort(Path socket) {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
      throw new IllegalStateException(
          "%s is too long a path for a socket (%d bytes at most); set CONTAINER_SNAP_CACHE to a shorter directory"
              .formatted(socket, LONGEST_SOCKET_PATH));
    }
  }

  private static String disk(int number) {
    return "/disks/" + number;
  }

  /** What goes before QEMU. */
  private static String script(MachinePlan plan) {
    List<String> lines = new ArrayList<>(List.of("set -e", plan.firmware().preparation(VARIABLES)));
    for (int i = 0; i < plan.disks().size(); i++) {
      if (plan.disks().get(i) instanceof MachineDisk.Overlaid) {
        lines.add("qemu-img create -q -f qcow2 -F raw -b %s %s".formatted(disk(i), overlay(i)));
      }
    }
    lines.add("exec qemu-system-x86_64 \"$@\"");
    return String.join("\n", lines);
  }

  private static String overlay(int number) {
    return INSIDE + "/" + overlayName(number);
  }

  private static String overlayName(int number) {
    return "overlay-" + number + ".qcow2";
  }

  private static List<String> arguments(MachinePlan plan, Accelerator accelerator) {
    List<String> arguments = new ArrayList<>(accelerator.arguments());
    arguments.addAll(
        List.of("-nodefaults", "-machine", "q35", "-display", "none", "-device", "VGA"));
    arguments.addAll(List.of("-m", String.valueOf(plan.memoryMebibytes())));
    arguments.addAll(List.of("-smp", String.valueOf(plan.processors())));
    arguments.addAll(plan.firmware().arguments(VARIABLES));
    arguments.addAll(List.of("-qmp", "unix:" + INSIDE + "/qmp.sock,server=on,wait=off"));
    arguments.addAll(
        serial("console", ",logfile=" + INSIDE + "/console.log,logappend=on", "console.sock"));
    arguments.addAll(serial("shell", "", "shell.sock"));
    for (int i = 0; i < plan.disks().size(); i++) {
      arguments.addAll(drive(plan.disks().get(i), i));
    }
    if (plan.network()) {
      arguments.addAll(List.of("-nic", "user,model=virtio-net-pci"));
    } else {
      arguments.addAll(List.of("-nic", "none"));
    }
    plan.clock().ifPresent(time -> arguments.addAll(List.of("-rtc", "base=" + time.format(CLOCK))));
    plan.suspended().ifPresent(_ -> arguments.addAll(List.of("-incoming", "file:" + SUSPENDED)));
    if (plan.debugger()) {
      arguments.addAll(List.of("-gdb", "unix:" + INSIDE + "/gdb.sock,server=on,wait=off", "-S"));
    }
    return arguments;
  }

  private static List<String> serial(String name, String log, String socket) {
    return List.of(
        "-chardev",
        "socket,id=%s,path=%s/%s,server=on,wait=off%s".formatted(name, INSIDE, socket, log),
        "-serial",
        "chardev:" + name);
  }

  private static List<String> drive(MachineDisk disk, int number) {
    String file =
        switch (disk) {
          case MachineDisk.Written _ -> "format=raw,file=" + disk(number);
          case MachineDisk.Overlaid _ -> "format=qcow2,file=" + overlay(number);
        };
    return List.of("-drive", "if=virtio,cache=writeback,%s".formatted(file));
  }

  private static QmpClient monitor(QemuContainer container, Path socket) {
    try {
      Awaitility.await("QEMU's monitor")
          .dontCatchUncaughtExceptions()
          .pollDelay(Duration.ZERO)
          .pollInterval(BETWEEN_LOOKS)
          .atMost(TIME_TO_COME_UP)
          .until(() -> Files.exists(socket) || !container.isRunning());
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "QEMU did not come up within %d s: %s"
              .formatted(TIME_TO_COME_UP.toSeconds(), container.said()),
          e);
    }
    if (!Files.exists(socket)) {
      throw new IllegalStateException("QEMU ended at its start: " + container.said());
    }
    return QmpClient.connect(socket);
  }

  /** What the machine writes to its first serial port. */
  public SerialConsole console() {
    return console;
  }

  /** Where the first serial port can be read and written; for one at a time. */
  public Path consoleSocket() {
    return directory.resolve("console.sock");
  }

  /** Where a debugger finds the machine, if its plan has one. */
  public Path debuggerSocket() {
    return directory.resolve("gdb.sock");
  }

  /** The machine's own directory: its sockets, its console's log, its overlays. */
  public Path directory() {
    return directory;
  }

  /** The shell of a guest that has one; for one command or several. */
  public GuestShell shell() {
    return GuestShell.connect(directory.resolve("shell.sock"), console);
  }

  /** Whether it still runs. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /** Stops the processors until {@link #resume}. */
  public void pause() {
    monitor.execute("stop", "{}");
  }

  /** Lets the processors go on. */
  public void resume() {
    monitor.execute("cont", "{}");
  }

  /**
   * Writes all that the machine is, but its disks, to a file, from which {@link
   * MachinePlan#resuming} goes on; once or often. It stands still from then on, with all writes
   * handed on to its disks: copy those now.
   *
   * @param file in the run's workspace; it is made
   */
  public void suspendTo(Path file) {
    monitor.execute("migrate-set-parameters", "{\"max-bandwidth\": 0}");
    monitor.execute("migrate", "{\"uri\": \"file:%s\"}".formatted(INSIDE + SUSPENDED));
    Awaitility.await("the machine is suspended")
        .dontCatchUncaughtExceptions()
        .pollInterval(BETWEEN_LOOKS)
        .atMost(TIME_TO_SUSPEND)
        .until(this::isSuspended);
    try {
      Files.move(directory.resolve(SUSPENDED.substring(1)), file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep the suspended machine as " + file, e);
    }
  }

  private boolean isSuspended() {
    String answer = monitor.execute("query-migrate", "{}");
    if (answer.contains("\"failed\"")) {
      throw new IllegalStateException("QEMU cannot suspend the machine: " + answer);
    }
    return answer.contains("\"completed\"");
  }

  /** Presses the reset button. */
  public void reset() {
    monitor.execute("system_reset", "{}");
  }

  /** Presses the power button, which asks the guest to go down. */
  public void pressPowerButton() {
    monitor.execute("system_powerdown", "{}");
  }

  /** What the screen shows, as {@code screen.png} in the machine's directory. */
  public Path screendump() {
    monitor.execute(
        "screendump", "{\"filename\": \"%s/screen.png\", \"format\": \"png\"}".formatted(INSIDE));
    return directory.resolve("screen.png");
  }

  /** How many writes the guest has made to its first disk since it was switched on. */
  public long writes() {
    Matcher matcher = WRITES.matcher(monitor.execute("query-blockstats", "{}"));
    long writes = 0;
    while (matcher.find()) {
      writes = Math.max(writes, Long.parseLong(matcher.group(1)));
    }
    return writes;
  }

  /**
   * Cuts the power, and waits until nothing of QEMU is left: then nobody writes to the disks any
   * more. For what is lost, see above.
   */
  public void cutPower() {
    // The first process of a pid namespace takes all others with it (pid_namespaces(7)).
    process.destroyForcibly();
    awaitEnd(TIME_TO_DIE, "QEMU is dead");
  }

  /**
   * Waits until the guest has switched itself off.
   *
   * @throws BootFailedException if it does not in time
   */
  public void awaitEnd(Duration atMost, String reason) {
    try {
      Awaitility.await(reason)
          .dontCatchUncaughtExceptions()
          .pollDelay(Duration.ZERO)
          .pollInterval(BETWEEN_LOOKS)
          .atMost(atMost)
          .until(() -> !process.isAlive());
    } catch (ConditionTimeoutException _) {
      throw new BootFailedException(
          "Waited for: %s. The machine still ran after %d s. Its console showed last:%n%s"
              .formatted(reason, atMost.toSeconds(), console.lastLines().indent(2)));
    }
  }

  /** Pulls the plug, if that is still to be done. */
  @Override
  public void close() {
    if (process.isAlive()) {
      cutPower();
    }
    monitor.close();
    container.close();
    for (int i = 0; i < disks; i++) {
      try {
        Files.deleteIfExists(directory.resolve(overlayName(i)));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot remove the overlay of a machine", e);
      }
    }
  }
}
