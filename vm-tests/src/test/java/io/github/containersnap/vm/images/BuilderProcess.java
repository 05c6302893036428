package io.github.containersnap.vm.images;

import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another process that builds a cache entry, for tests that wait for it or kill it. */
public final class BuilderProcess {
  public static final String NAME = "shared";
  public static final List<String> INPUTS = List.of("input");

  private static final String BUILDING = "building";

  private BuilderProcess() {}

  /** Starts a build in {@code cache} that, by {@code mode}, finishes soon or hangs. */
  public static Process start(Path cache, String mode) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            BuilderProcess.class.getName(),
            cache.toString(),
            mode)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Returns once {@code process} holds the lock and has begun to write. */
  public static void awaitBuilding(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (!BUILDING.equals(line)) {
      throw new IllegalStateException("the other process said " + line);
    }
  }

  /** What the other process runs. */
  public static void main(String[] arguments) {
    new ImageCache(Path.of(arguments[0]))
        .entry(
            NAME,
            INPUTS,
            draft -> {
              Files.writeString(draft.resolve("from"), "the other process");
              System.out.println(BUILDING);
              sleep(arguments[1].equals("hang") ? 60_000 : 500);
            });
  }

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
