package io.github.containersnap.bundle;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import picocli.CommandLine;

/**
 * What the program does while the virtual machine watches which classes it loads and links, to
 * write them down for later starts (JEP 483, JEP 514).
 *
 * <p>The verbs of a tukit transaction and {@code status} are run on empty systems in a scratch
 * directory; that needs neither root nor btrfs. All other classes of the program are only loaded: a
 * verb that fetches an image has other costs than its start.
 */
final class TrainingRun {
  private static final String ID = "0".repeat(64);
  private static final String PREFIX = "io/github/containersnap/";

  private TrainingRun() {}

  /** Trains: {@code TrainingRun PROGRAM-JAR SCRATCH}. */
  public static void main(String[] arguments) throws IOException {
    loadAll(Path.of(arguments[0]));
    Path empty = Path.of(arguments[1], "empty");
    Path withDeployment = Path.of(arguments[1], "one");
    Files.createDirectories(empty.resolve("@var/lib/container-snap/deployments"));
    Files.createDirectories(withDeployment.resolve("@var/lib/container-snap/deployments/" + ID));

    expect(0, withDeployment, "get-root", ID);
    expect(0, empty, "status");
    expect(0, empty, "status", "--json");
    expect(0, empty, "list-snapshots");
    expect(0, empty, "--help");
    for (String verb : List.of("get-default", "get-current", "recover")) {
      run(empty, verb);
    }
    run(withDeployment, "get-readonly-state", ID);
  }

  private static void expect(int status, Path root, String... arguments) {
    int actual = run(root, arguments);
    if (actual != status) {
      throw new IllegalStateException(
          "training: `container-snap --root %s %s` ended with %d, not %d"
              .formatted(root, String.join(" ", arguments), actual, status));
    }
  }

  private static int run(Path root, String... arguments) {
    CommandLine commandLine =
        ContainerSnap.commandLine(new RealMachineAccess())
            .setOut(new PrintWriter(Writer.nullWriter()))
            .setErr(new PrintWriter(Writer.nullWriter()));
    String[] all = new String[arguments.length + 2];
    all[0] = "--root";
    all[1] = root.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return commandLine.execute(all);
  }

  private static void loadAll(Path program) throws IOException {
    try (JarFile jar = new JarFile(program.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (name.startsWith(PREFIX) && name.endsWith(".class") && !name.endsWith("-info.class")) {
          load(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
        }
      }
    }
  }

  private static void load(String name) {
    try {
      Class<?> type = Class.forName(name, false, TrainingRun.class.getClassLoader());
      MethodHandles.privateLookupIn(type, MethodHandles.lookup()).ensureInitialized(type);
    } catch (ClassNotFoundException | IllegalAccessException e) {
      throw new IllegalStateException(
          "training: the program's own class does not load: " + name, e);
    }
  }
}
