package io.github.containersnap.gate;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.gate.benchmark.BenchmarkResult;
import io.github.containersnap.gate.benchmark.BenchmarkResult.Measurement;
import io.github.containersnap.gate.check.CheckOptions;
import io.github.containersnap.gate.check.SweepBenchmark;
import io.github.containersnap.gate.images.DefaultPair;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.terminal.ProgressDisplay;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.ImagePair;
import io.github.containersnap.vm.images.build.HostPackage;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate benchmark}: whole processes, each against its peer on a copy of the same disk. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    description = {
      "Times container-snap update against a bare podman pull, and the start of the command line."
          + " With --obvious N: times the gate's sweep against the obvious loop.",
      "",
      "The command line is the one of the package that hosts install, unpacked. Every run is a"
          + " process of its own on a fresh copy of one disk with the old image installed;"
          + " the two take turns. podman pull is followed by a filesystem sync, without which what"
          + " it pulled is not durable. Printed are minimum, median and maximum of the wall time.",
      "",
      "--obvious records one update and checks its crash states twice: all that were asked for in"
          + " the gate's sweep, and N of them in the loop that one would write first (copy the"
          + " whole disk, replay the log from its beginning, ask the oracle every question). Both"
          + " must say the same of each state, or the benchmark ends with 1."
    })
final class BenchmarkCommand implements Callable<Integer> {
  private static final long DISK_BYTES = 4L << 30;
  private static final String OLD_STORE = "@var/lib/container-snap/snapshots";

  @Mixin private CheckOptions options;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many counted runs of each (default 5), after one that is not counted.")
  private int runs = 5;

  @Option(
      names = "--obvious",
      paramLabel = "N",
      description =
          "Compare the sweep over all states that --states names with the obvious loop over N of"
              + " them, drawn with --seed.")
  private Optional<Integer> obvious = Optional.empty();

  @ParentCommand private GateMain gate;

  private final ProgressDisplay console = ProgressDisplay.ofThisProcess();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  BenchmarkCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (obvious.isPresent()) {
      return new SweepBenchmark(
              options.plan(), obvious.get(), new DefaultPair(options.small()), gate.surroundings())
          .run()
          .code();
    }
    return commandLines();
  }

  private Integer commandLines() throws IOException {
    Path parent = ImageCache.ofThisUser().root().resolve("runs");
    try (Workspace workspace = Workspace.open(parent);
        ScratchSpace scratch = ScratchSpace.create(workspace, 16 * DISK_BYTES)) {
      ImagePair pair = new DefaultPair(options.small()).make(workspace.directory(), console::part);
      SystemDisk base = SystemDisk.create(scratch.directory().resolve("base.img"), DISK_BYTES);
      Path runtime = workspace.file("runtime");
      Path program = HostPackage.ofThisBuild().unpackedIn(workspace.file("program"));
      onMounted(workspace, base, top -> install(top, runtime, pair.oldImage().reference()));
      String reference = pair.newImage().reference();
      List<Double> updates = new ArrayList<>();
      List<Double> pulls = new ArrayList<>();
      List<Double> starts = new ArrayList<>();
      for (int run = 0; run <= runs; run++) {
        console.part("run %d of %d …".formatted(run, runs));
        boolean counted = run > 0;
        onCopy(
            workspace,
            scratch,
            base,
            top -> time(updates, counted, commandLine(program, top, "update", reference)));
        onCopy(
            workspace, scratch, base, top -> time(pulls, counted, pull(top, runtime, reference)));
        onCopy(
            workspace,
            scratch,
            base,
            top -> time(starts, counted, commandLine(program, top, "get-default")));
      }
      print("container-snap update", updates);
      print("podman pull, then sync", pulls);
      print("container-snap get-default", starts);
      String finding =
          String.format(
              Locale.ROOT, "update over pull, medians: %.2f", median(updates) / median(pulls));
      System.out.println(finding);
      if (options.plan().report().isPresent()) {
        new BenchmarkResult(
                1,
                "holds",
                "container-snap update against a bare podman pull, on copies of one disk",
                List.of(
                    new Measurement("container-snap update", updates, 0, ""),
                    new Measurement("podman pull, then sync", pulls, 0, ""),
                    new Measurement("container-snap get-default", starts, 0, "")),
                List.of(finding))
            .writeTo(options.plan().report().get().directory());
      }
    }
    return ExitStatus.HOLDS.code();
  }

  private static void install(Path top, Path runtime, String reference) {
    CommandLineUpdater updater = new CommandLineUpdater(runtime, Mutants.NONE);
    if (!updater.install(top, reference).succeeded()) {
      throw new UnusableInputException("The old image could not be installed.");
    }
  }

  private static ExternalCommand commandLine(Path program, Path top, Object... arguments) {
    return ExternalCommand.of(program, "--root", top).with(arguments);
  }

  /** The same store, the same configuration, the same durability as an update has. */
  private static ExternalCommand pull(Path top, Path runtime, String reference) {
    Path directory = runtime.resolve("bare");
    try {
      Files.createDirectories(directory);
      Files.writeString(
          directory.resolve("storage.conf"),
          "[storage]\ndriver = \"btrfs\"\ngraphroot = \"%s\"\nrunroot = \"%s/run\"\n"
              .formatted(top.resolve(OLD_STORE), directory));
      Files.writeString(
          directory.resolve("containers.conf"),
          """
          [network]
          network_backend = "netavark"
          [engine]
          cgroup_manager = "cgroupfs"
          events_logger = "none"
          image_copy_tmp_dir = "storage"
          static_dir = "%1$s/static"
          tmp_dir = "%1$s/tmp"
          """
              .formatted(directory));
      Files.deleteIfExists(directory.resolve("static/bolt_state.db"));
      Path link = directory.resolve("image");
      Files.deleteIfExists(link);
      int colon = reference.lastIndexOf(':');
      Files.createSymbolicLink(link, Path.of(reference.substring("oci:".length(), colon)));
      return ExternalCommand.of(
              "sh",
              "-c",
              "podman pull --quiet \"$1\" && btrfs filesystem sync \"$2\"",
              "sh",
              "oci:image" + reference.substring(colon),
              top)
          .in(directory)
          .withEnvironment("CONTAINERS_STORAGE_CONF", directory.resolve("storage.conf").toString())
          .withEnvironment("CONTAINERS_CONF", directory.resolve("containers.conf").toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot prepare podman's run", e);
    }
  }

  private static void time(List<Double> seconds, boolean counted, ExternalCommand command) {
    long started = System.nanoTime();
    command.run();
    if (counted) {
      seconds.add((System.nanoTime() - started) / 1e9);
    }
  }

  private static void onCopy(
      Workspace workspace, ScratchSpace scratch, SystemDisk base, Consumer<Path> work)
      throws IOException {
    Path copy = scratch.directory().resolve("copy.img");
    scratch.reflink(base.image(), copy);
    onMounted(workspace, base.at(copy), work);
    Files.delete(copy);
  }

  private static void onMounted(Workspace workspace, SystemDisk disk, Consumer<Path> work) {
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), workspace.file("benchmark"), "noatime")) {
      work.accept(mount.directory());
    }
  }

  private static void print(String what, List<Double> seconds) {
    System.out.printf(
        Locale.ROOT,
        "%-28s min %.3f s, median %.3f s, max %.3f s (%d runs)%n",
        what,
        Collections.min(seconds),
        median(seconds),
        Collections.max(seconds),
        seconds.size());
  }

  private static double median(List<Double> seconds) {
    List<Double> sorted = seconds.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
