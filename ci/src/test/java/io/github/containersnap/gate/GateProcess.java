package io.github.containersnap.gate;

import io.github.containersnap.command.ExternalCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The gate in a process of its own, started as the script {@code ci/gate} starts it: with its mark,
 * in a mount namespace of its own; and as a shell starts a command: in a process group of its own.
 */
final class GateProcess implements AutoCloseable {
  private static final String MARK_AND_RUN =
      "read -r stat </proc/$$/stat; start=$(echo \"${stat##*) }\" | cut -d ' ' -f 20);"
          + " CONTAINER_SNAP_PROCESS=$$-$start exec \"$@\"";

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private GateProcess(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  /** Starts it with a cache of its own. */
  static GateProcess start(Path cache, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // Whoever started the tests may have had Ctrl-C ignored, as shells do for "&".
                "env",
                "--default-signal=INT",
                "setsid",
                "sh",
                "-c",
                MARK_AND_RUN,
                "sh",
                "unshare",
                "--mount",
                "--propagation",
                "private",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                GateMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CONTAINER_SNAP_CACHE", cache.toString());
    return new GateProcess(builder.start());
  }

  /** A cache that holds no more than the small pair of images. */
  static Path cacheWith(Path directory, Path smallPair) throws IOException {
    Files.createDirectories(directory);
    ExternalCommand.of("cp", "--archive", "--reflink=auto", smallPair, directory).run();
    return directory;
  }

  /** Returns as soon as it has printed such a line. */
  void awaitLine(String part) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      if (line.contains(part)) {
        return;
      }
    }
    throw new AssertionError("it ended without saying '%s': %s".formatted(part, lines));
  }

  /** Ctrl-C in a terminal: all of the process group gets the signal. */
  void pressControlC() {
    ExternalCommand.of("kill", "-INT", "--", "-" + process.pid()).run();
  }

  /** {@code kill -9}: nobody else is told. */
  void kill() {
    process.destroyForcibly();
  }

  /** Its exit status, once it has ended. */
  int exitStatus() throws InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      throw new AssertionError("it does not end: " + lines);
    }
    return process.exitValue();
  }

  /** All lines that it printed; to be called after its end. */
  List<String> lines() throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
