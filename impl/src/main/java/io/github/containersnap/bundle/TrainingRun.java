package io.github.containersnap.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.cli.LookupLine;
import io.github.containersnap.cli.Main;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.port.Btrfs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * What the program does while the virtual machine watches which classes it loads and links, to
 * write them down for later starts (JEP 483, JEP 514).
 *
 * <p>The verbs of a tukit transaction and {@code status} are run on empty systems in a scratch
 * directory, and a first and a second update on a {@link TrainingMachine} there; that needs neither
 * root nor btrfs. Calls of lambdas are linked in the cache only where the training came by, and
 * linking one costs more than what it does. All other classes of the program are only loaded.
 *
 * <p>The lines that only look something up have a cache of their own, trained by them alone: the
 * virtual machine sets up all classes of a cache at each start, and they need a third of them.
 */
final class TrainingRun {
  private static final String ID = "0".repeat(64);

  /** What {@code get-default} reads. */
  private static final String MENU =
      """
      menuentry 'System' --id ID {
        # kernel 6.0
        # standing untried
        linux /@var/lib/container-snap/deployments/ID/boot/vmlinuz rw container-snap.deployment=ID
        initrd /@var/lib/container-snap/deployments/ID/boot/initrd
      }
      """;

  private static final String PREFIX = "io/github/containersnap/";

  private TrainingRun() {}

  /** Trains: {@code TrainingRun lookups|all PROGRAM-JAR SCRATCH}. */
  public static void main(String[] arguments) throws IOException {
    Path empty = Path.of(arguments[2], "empty");
    Path withDeployment = Path.of(arguments[2], "one");
    Files.createDirectories(empty.resolve("@var/lib/container-snap/deployments"));
    Files.createDirectories(withDeployment.resolve("@var/lib/container-snap/deployments/" + ID));
    if (arguments[0].equals("lookups")) {
      trainLookups(empty, withDeployment);
    } else {
      loadAll(Path.of(arguments[1]));
      trainVerbs(empty, withDeployment);
      trainUpdate(Path.of(arguments[2], "update"));
      trainBtrfs(empty);
    }
    System.exit(0); // loads classes of its own
  }

  private static void trainLookups(Path empty, Path withDeployment) throws IOException {
    Path menu = withDeployment.resolve("@boot/boot.cfg");
    Files.createDirectories(menu.getParent());
    Files.writeString(menu, MENU.replace("ID", ID));
    PrintWriter nowhere = PrintableText.writer(Writer.nullWriter());
    load(Main.class.getName());
    for (String words :
        List.of(
            "get-default",
            "get-current",
            "list-snapshots",
            "get-root ID",
            "get-readonly-state ID")) {
      for (Path root : List.of(withDeployment, empty)) {
        String[] line = of(root, words.replace("ID", ID).split(" "));
        int status =
            LookupLine.of(line).orElseThrow().execute(new RealMachineAccess(), nowhere, nowhere);
        if (status != 0 && words.equals("get-default") && root.equals(withDeployment)) {
          throw new IllegalStateException("training: the boot menu is not read");
        }
      }
    }
  }

  private static void trainVerbs(Path empty, Path withDeployment) {
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

  private static void trainUpdate(Path scratch) throws IOException {
    TrainingMachine machine = new TrainingMachine(scratch);
    Path root = scratch.resolve("system");
    expect(0, machine, root, "init");
    expect(0, machine, root, "update", "--progress", "plain", image(scratch, 1));
    expect(0, machine, root, "status");
    String running = "@var/lib/container-snap/deployments/%s/etc/".formatted(machine.deployment());
    Files.writeString(root.resolve(running + "changed"), "by the administrator\n");
    Files.delete(root.resolve(running + "removed"));
    Files.writeString(root.resolve(running + "added"), "by the administrator\n");
    machine.offerSecond();
    expect(0, machine, root, "update", image(scratch, 2));
    Path menu = root.resolve("@boot/boot.cfg");
    Files.writeString(menu, Files.readString(menu).replace("untried", "on trial since 1700000000"));
    for (String verb : List.of("status", "recover", "finalize", "prune", "rollback")) {
      var _ = run(machine, root, verb);
    }
    expect(0, machine, root, "update", image(scratch, 2));
    expect(0, machine, root, "update", "--insecure", image(scratch, 2)); // picocli reads this
  }

  /** Asks the kernel what only a btrfs answers: that it refuses is what a build machine does. */
  private static void trainBtrfs(Path directory) {
    BtrfsProgs btrfs = new BtrfsProgs();
    for (Consumer<Path> question :
        List.<Consumer<Path>>of(
            btrfs::generation,
            btrfs::created,
            btrfs::nested,
            btrfs::isReadOnly,
            btrfs::filesystemId,
            btrfs::commit,
            path -> btrfs.setReadOnly(path, true))) {
      try (Btrfs.Watch _ = btrfs.watchLosses(directory)) {
        question.accept(directory);
      } catch (RuntimeException noBtrfs) {
        // the calls are linked all the same
      }
    }
  }

  private static String image(Path scratch, int number) {
    return "oci:%s:image".formatted(scratch.resolve("image-" + number));
  }

  private static void expect(int status, Path root, String... arguments) {
    expect(status, new RealMachineAccess(), root, arguments);
  }

  private static void expect(int status, MachineAccess access, Path root, String... arguments) {
    int actual = run(access, root, arguments);
    if (actual != status) {
      throw new IllegalStateException(
          "training: `container-snap --root %s %s` ended with %d, not %d"
              .formatted(root, String.join(" ", arguments), actual, status));
    }
  }

  private static int run(Path root, String... arguments) {
    return run(new RealMachineAccess(), root, arguments);
  }

  private static int run(MachineAccess access, Path root, String... arguments) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    // make-bundle shows what is said on standard error if the training fails
    return ContainerSnap.run(access, nowhere, System.err, of(root, arguments));
  }

  private static String[] of(Path root, String... arguments) {
    return Stream.concat(Stream.of("--root", root.toString()), Stream.of(arguments))
        .toArray(String[]::new);
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
