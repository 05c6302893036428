package io.github.containersnap.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * @param error what it has written to standard error, line by line, as far as it was read
 */
record Child(Process process, List<String> error) implements AutoCloseable {
  private static final long LONGEST_LIFE_AFTER_DEATH_SECONDS = 20;

  static Child start(Patient machine, String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChildMain.class.getName(),
                machine.runtime().toString(),
                "--root",
                machine.top().toString()));
    line.addAll(List.of(arguments));
    return new Child(
        new ProcessBuilder(line).redirectOutput(ProcessBuilder.Redirect.DISCARD).start(),
        new ArrayList<>());
  }

  private BufferedReader reader() {
    return process.errorReader(StandardCharsets.UTF_8); // the same each time
  }

  /** Reads until a line begins so, or the process has ended. */
  void awaitLine(String beginning) throws IOException {
    for (String line = reader().readLine(); line != null; line = reader().readLine()) {
      error.add(line);
      if (line.startsWith(beginning)) {
        return;
      }
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
        throw new AssertionError("%s outlives its killed parent".formatted(one.info()), e);
      }
    }
  }

  /** Lets it end by itself. */
  int await() throws IOException, InterruptedException {
    awaitLine("no line begins so");
    return process.waitFor();
  }

  String said() {
    return String.join("\n", error) + "\n";
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
