package io.github.containersnap.vm.machine;

import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Another process that runs a machine, to be killed. */
final class HarnessProcess {
  private static final String RUNNING = "running in ";

  private HarnessProcess() {}

  /** Starts it with its workspace below {@code runs}. */
  static Process start(Path runs) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            HarnessProcess.class.getName(),
            runs.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Returns, once its guest has come up, its workspace's directory. */
  static Path awaitGuest(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith(RUNNING)) {
      throw new IllegalStateException("the other process said " + line);
    }
    return Path.of(line.substring(RUNNING.length()));
  }

  /** What the other process runs. */
  public static void main(String[] arguments) throws InterruptedException {
    Workspace workspace = Workspace.open(Path.of(arguments[0]));
    ContainerEngine engine =
        ContainerEngine.open(workspace, new QemuImage(ImageCache.ofThisUser(), _ -> {}).store());
    VirtualMachine machine =
        VirtualMachine.start(engine, GuestOfSomeBytes.on(workspace.file("disk")));
    machine.console().await(GuestOfSomeBytes.SAYS, Duration.ofSeconds(60), "the guest starts");
    System.out.println(RUNNING + workspace.directory());
    Thread.sleep(Duration.ofMinutes(5));
  }
}
