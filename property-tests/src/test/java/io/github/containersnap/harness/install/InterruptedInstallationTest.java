package io.github.containersnap.harness.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An installation in a process of its own, ended while it is at work. */
class InterruptedInstallationTest {
  private static final String MAKING = "      Making ";
  private static final String PULLING = "[3/9]";
  private static final String PROVING = "[4/9]";

  private Workbench bench;

  @BeforeEach
  void prepare() throws Exception {
    bench = new Workbench();
  }

  @AfterEach
  void remove() {
    bench.close();
  }

  /** The command line with the files of its runs elsewhere: {@code Main RUNTIME ARGUMENT…}. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      String[] rest = List.of(arguments).subList(1, arguments.length).toArray(String[]::new);
      System.exit(
          ContainerSnap.commandLine(new RealMachineAccess(Path.of(arguments[0]))).execute(rest));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MAKING, PULLING, PROVING})
  void a_terminated_installation_takes_away_all_that_it_made(String when) throws Exception {
    Path disk = bench.file("disk.img");
    Process process = started(List.of(), disk);
    awaitLine(process, when);

    process.toHandle().destroy(); // SIGTERM, as Ctrl-C has it, but to the one process only
    String rest = rest(process);

    assertThat(process.exitValue()).as(rest).isNotZero();
    assertThat(disk).doesNotExist();
    bench.isTidy();
  }

  @ParameterizedTest
  @ValueSource(strings = {MAKING, PULLING, PROVING})
  void of_a_killed_installation_the_kernel_takes_away_mounts_and_devices(String when)
      throws Exception {
    Path disk = bench.file("disk.img");
    // As the launcher starts it.
    List<String> ownNamespace = List.of("unshare", "--mount", "--propagation", "private", "--");
    Process process = started(ownNamespace, disk);
    awaitLine(process, when);

    process.toHandle().destroyForcibly();
    rest(process);

    awaitNoLoopDevice(disk);
    assertThat(disk).exists();
    bench.install(disk, "--yes").isDone(); // which clears what was left
    bench.isTidy();
  }

  @Test
  void without_a_namespace_of_its_own_the_next_installation_takes_away_what_a_killed_one_left()
      throws Exception {
    Path first = bench.file("first.img");
    Process process = started(List.of(), first);
    awaitLine(process, PROVING);

    process.toHandle().destroyForcibly();
    rest(process);
    bench.install(bench.file("second.img"), "--size", "400M").isDone();

    awaitNoLoopDevice(first);
    bench.isTidy();
  }

  @Test
  void a_device_is_free_again_after_an_interruption() throws Exception {
    Path file = bench.zeros("device.img", Workbench.DISK_BYTES);
    try (LoopDevice device = LoopDevice.attach(file, 0, Workbench.DISK_BYTES)) {
      Process process = started(List.of(), device.device());
      awaitLine(process, PULLING);

      process.toHandle().destroy();
      String rest = rest(process);

      assertThat(rest).contains(device.device() + " boots nothing now, and what it held is lost");
      bench.install(device.device(), "--yes").isDone();
    }
    bench.isTidy();
  }

  private Process started(List<String> before, Path disk) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            bench.runtimeDirectory().toString(),
            "install",
            "--disk",
            disk.toString(),
            bench.image().reference()));
    if (Files.notExists(disk)) {
      command.addAll(List.of("--size", "400M"));
    }
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void awaitLine(Process process, String beginning) throws IOException {
    BufferedReader output = process.inputReader();
    StringBuilder seen = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      seen.append(line).append('\n');
      if (line.startsWith(beginning)) {
        return;
      }
    }
    throw new AssertionError("it ended before it said " + beginning + ":\n" + seen);
  }

  private static String rest(Process process) throws IOException, InterruptedException {
    String rest = process.inputReader().readAllAsString();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return rest;
  }

  /** Programs that it had started may end a moment later. */
  private static void awaitNoLoopDevice(Path disk) throws InterruptedException {
    for (int tries = 0; tries < 100; tries++) {
      if (!ExternalCommand.of("losetup", "--list").run().text().contains(disk.toString())) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError(
        "after 10 s still attached: " + ExternalCommand.of("losetup", "--list").run().text());
  }
}
