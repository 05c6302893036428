package io.github.containersnap.harness.fault;

import io.github.containersnap.harness.updater.UpdaterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The command line at work in a process of its own.
 *
 * @param process the process
 * @param output where all that it says goes
 */
record UpdaterChild(Process process, Path output) implements AutoCloseable {
  private static final long LONGEST_LIFE_AFTER_DEATH_SECONDS = 20;
  private static final long GLANCE_MILLISECONDS = 5;

  /** One that lives until it is done, or killed. */
  static UpdaterChild start(FaultedSystem machine, String... arguments) {
    return dyingAtCall(0, machine, arguments);
  }

  /** One that dies, as by kill -9, before its port call of that number, from 1. */
  static UpdaterChild dyingAtCall(int call, FaultedSystem machine, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                UpdaterProcess.class.getName(),
                machine.runtime().toString(),
                machine.subject().name(),
                Integer.toString(call),
                "--root",
                machine.top().toString()));
    line.addAll(List.of(arguments));
    String name = machine.bench().newName("child");
    return new UpdaterChild(
        machine.bench().workspace().startDaemon(name, line),
        machine.bench().workspace().file(name + ".output"));
  }

  /** Returns when it has said a line that begins so, or has ended. */
  void awaitLine(String beginning) throws IOException, InterruptedException {
    while (process.isAlive() && !("\n" + said()).contains("\n" + beginning)) {
      TimeUnit.MILLISECONDS.sleep(GLANCE_MILLISECONDS);
    }
  }

  /** A podman below it, if there is one. */
  Optional<ProcessHandle> podman() {
    return process
        .descendants()
        .filter(it -> it.info().command().filter(name -> name.endsWith("/podman")).isPresent())
        .findFirst();
  }

  /** kill -9, and waits until it and all below it are gone, which must not take long. */
  void kill() throws InterruptedException {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly().waitFor();
    for (ProcessHandle one : below) {
      try {
        one.onExit().get(LONGEST_LIFE_AFTER_DEATH_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        throw new PropertyViolatedException("%s outlives its killed parent".formatted(one.info()));
      }
    }
  }

  /** Lets it end by itself. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** All that it has said so far. */
  String said() throws IOException {
    return Files.exists(output) ? Files.readString(output) : "";
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
