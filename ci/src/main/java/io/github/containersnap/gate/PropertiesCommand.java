package io.github.containersnap.gate;

import io.github.containersnap.gate.histories.ConformanceRun;
import io.github.containersnap.gate.histories.HistoriesResult;
import io.github.containersnap.gate.histories.PropertiesReport;
import io.github.containersnap.gate.histories.PropertiesRun;
import io.github.containersnap.gate.histories.SimulatedMutants;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.harness.history.play.WorldFactory;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.world.loopback.LoopbackWorldFactory;
import io.github.containersnap.harness.world.vm.VirtualMachineWorldFactory;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate properties}. */
@Command(
    name = "properties",
    mixinStandardHelpOptions = true,
    description = {
      "Does what must always hold of an update hold in thousands of histories of a machine?",
      "",
      "Draws histories (updates, rollbacks, snapshots, edits, reboots; power cuts, kills, full and"
          + " failing disks, broken registries at any port call and within it), plays them with the"
          + " shipped engine on a simulated machine, and compares it with a reference after every"
          + " step. A history in which something does not hold is made short and told as a story."
          + " Needs no root and no disk. The same histories are played on real ones with --world"
          + " loopback, and with machines that really boot with --world vm."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate properties",
      "  ci/gate properties --histories 100000 --report report   # properties.json,"
          + " histories/*.json",
      "  ci/gate properties --seed 4711 --histories 1            # one history, told as a story",
      "  ci/gate properties --history report/histories/seed-4711.json",
      "  ci/gate properties --world loopback --histories 50      # the same, on real disks",
      "  ci/gate properties --world vm --histories 10            # and every boot a real one",
      "  ci/gate properties --seed 1 --shard 2/4 --report part-2  # a part; ci/gate merge part-*",
      "  ci/gate properties --mutant all                         # known faults: in how many"
          + " tries?",
      "",
      "Exit status: 0 all held, 1 something did not, 2 usage or a file that holds no history, 3 a"
          + " history could not be played; 130 after Ctrl-C."
    })
final class PropertiesCommand implements Callable<Integer> {
  private static final String SIMULATED = "simulated";
  private static final String VIRTUAL_MACHINE = "vm";

  private static final int USUAL_HISTORIES = 10_000;
  private static final int USUAL_REAL_HISTORIES = 20;
  private static final int USUAL_STARTED_HISTORIES = 10;

  /** Of a command that lost its power, so many other crash states are looked at. */
  private static final int OTHER_CUTS = 3;

  /** Each is started at least once. */
  private static final int OTHER_CUTS_STARTED = 1;

  private static final int MOST_HISTORIES = 100_000_000;
  private static final int MOST_JOBS = 256;

  /** With a mutant: how many histories it may take to catch it. */
  private static final int USUAL_TRIES = 2_000;

  @ParentCommand private GateMain gate;

  @Option(
      names = "--world",
      paramLabel = "WORLD",
      defaultValue = "simulated",
      description =
          "Where the histories are played: simulated (the default); loopback: kernel btrfs, podman"
              + " and a registry, each write recorded and each power cut a crash state of that"
              + " record; needs root, and seconds for each history; or vm: the same, and each boot"
              + " is one of a virtual machine, by UEFI, GRUB and a kernel; a minute or more for"
              + " each history.")
  private String world = "simulated";

  @Option(
      names = "--histories",
      paramLabel = "N",
      description =
          "How many histories to play (default 10000, in the loopback world 20, in the vm world"
              + " 10); with --mutant: how many it may take to catch it (default 2000).")
  private Optional<Integer> histories = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "The first history's seed; the others follow it. By default the date, such as 20261129,"
              + " so that each day plays other histories; with --mutant 1.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Play the history in FILE, as a report has it, and tell it.")
  private Optional<Path> history = Optional.empty();

  @Option(
      names = "--mutant",
      paramLabel = "NAME[,NAME…]",
      description =
          "Play with an updater with a known fault (ci/gate mutants --list names them), or with"
              + " several at once, until it is caught, for 15 seeds; all: each of them by itself.")
  private Optional<String> mutant = Optional.empty();

  @Option(
      names = "--conformance",
      description =
          "Is every outcome of a power cut that is seen in the loopback world one that the"
              + " simulated world allows? For --histories (default 20) from --seed on; prints how"
              + " many of the outcomes that are allowed were seen.")
  private boolean conformance;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Play only part I of N of the histories, from 1/N to N/N; with --seed, which all shards"
              + " must share. ci/gate merge says what all come to.")
  private Optional<String> shard = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Write properties.json, a page of it (index.html) and each failing history to DIR.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many histories to play at a time (default: one a processor; in the loopback and vm"
              + " worlds one).")
  private Optional<Integer> jobs = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  PropertiesCommand() {}

  @Override
  public Integer call() throws Exception {
    requireWorld();
    int wanted = histories.orElseGet(this::usualHistories);
    requireBetween("--histories", wanted, MOST_HISTORIES);
    int threads = jobs.orElseGet(this::usualJobs);
    requireBetween("--jobs", threads, MOST_JOBS);
    List<Mutants> mutants = mutants();
    Optional<PropertiesReport> directory = report.map(it -> new PropertiesReport(it, world));
    if (directory.isPresent()) {
      directory.get().prepare();
    }
    if (mutant.isPresent() && history.isEmpty()) {
      return new SimulatedMutants(gate.surroundings(), directory)
          .run(mutants, seed(), wanted)
          .code();
    }
    if (world.equals(SIMULATED) && !conformance) {
      return play(WorldFactory.SIMULATED, directory, mutants, wanted, threads);
    }
    HostCapabilities.thisMachine().requireFit();
    HostCapabilities.requireProgram("docker-registry");
    gate.surroundings().sweep();
    try (Workspace workspace = gate.surroundings().openWorkspace()) {
      if (world.equals(VIRTUAL_MACHINE)) {
        ImageCache cache = ImageCache.ofThisUser();
        ImageInLayout small = new SmallPair(cache, gate.surroundings()::part).make().oldImage();
        Path store = new QemuImage(cache, gate.surroundings()::part).store();
        try (ContainerEngine engine = ContainerEngine.open(workspace, store);
            VirtualMachineWorldFactory started =
                new VirtualMachineWorldFactory(workspace, engine, small, OTHER_CUTS_STARTED)) {
          return play(started, directory, mutants, wanted, threads);
        }
      }
      try (LoopbackWorldFactory loopback = new LoopbackWorldFactory(workspace, OTHER_CUTS)) {
        if (conformance) {
          return new ConformanceRun(gate.surroundings(), loopback).run(seed(), wanted).code();
        }
        return play(loopback, directory, mutants, wanted, threads);
      }
    }
  }

  private long seed() {
    return seed.orElseGet(() -> mutant.isPresent() ? 1 : today());
  }

  private static long today() {
    return Long.parseLong(LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.BASIC_ISO_DATE));
  }

  /** A recorder has a copy of all that is mounted when it starts, and so holds others' disks. */
  private int usualJobs() {
    return world.equals(SIMULATED) ? Runtime.getRuntime().availableProcessors() : 1;
  }

  private int usualHistories() {
    if (mutant.isPresent()) {
      return USUAL_TRIES;
    }
    if (world.equals(VIRTUAL_MACHINE)) {
      return USUAL_STARTED_HISTORIES;
    }
    return world.equals(SIMULATED) && !conformance ? USUAL_HISTORIES : USUAL_REAL_HISTORIES;
  }

  private int play(
      WorldFactory worlds,
      Optional<PropertiesReport> directory,
      List<Mutants> mutants,
      int wanted,
      int threads)
      throws IOException, InterruptedException {
    Optional<HistoriesResult.Part> part = part(wanted);
    PropertiesRun run = new PropertiesRun(gate.surroundings(), worlds, directory, part);
    if (part.isPresent()) {
      return run.run(seed() + part.get().offset(), part.get().length(), threads).code();
    }
    if (history.isEmpty()) {
      return run.run(seed(), wanted, threads).code();
    }
    if (mutants.size() > 1) {
      throw new UnusableInputException("--history goes with one mutant, not with all.");
    }
    return run.replay(history.get(), mutants.isEmpty() ? Mutants.NONE : mutants.getFirst()).code();
  }

  private Optional<HistoriesResult.Part> part(int wanted) {
    return shard
        .map(Shard::parse)
        .map(
            it ->
                new HistoriesResult.Part(
                    it.index(), it.count(), seed(), wanted, GateBuild.current()));
  }

  private void requireWorld() {
    if (shard.isPresent()) {
      Shard wanted = Shard.parse(shard.get());
      if (seed.isEmpty() || history.isPresent() || mutant.isPresent() || conformance) {
        throw new UnusableInputException(
            "--shard needs --seed, which is the date otherwise and may differ between shards, and"
                + " does not go with --history, --mutant or --conformance.");
      }
      if (histories.orElseGet(this::usualHistories) < wanted.count()) {
        throw new UnusableInputException(
            "--shard %s: there are fewer histories than shards.".formatted(shard.get()));
      }
    }
    if (world.equals(VIRTUAL_MACHINE) && conformance) {
      throw new UnusableInputException(
          "--conformance compares the loopback world; in the vm world the simulated firmware is"
              + " compared with the real one at every boot.");
    }
    if (!PropertiesRun.WORLDS.contains(world)) {
      throw new UnusableInputException(
          "There is no world '%s'; those there are: %s."
              .formatted(world, String.join(", ", PropertiesRun.WORLDS)));
    }
    if (!world.equals(SIMULATED) && mutant.isPresent() && history.isEmpty()) {
      throw new UnusableInputException(
          "Mutants are hunted in the simulated world; in the %s world --mutant goes with --history."
              .formatted(world));
    }
  }

  private static void requireBetween(String option, int number, int most) {
    if (number < 1 || number > most) {
      throw new UnusableInputException("%s needs a number from 1 to %d.".formatted(option, most));
    }
  }

  /** Each a faulty updater. */
  private List<Mutants> mutants() {
    if (mutant.isEmpty()) {
      return List.of();
    }
    return mutant.get().equals("all")
        ? Stream.of(Mutant.values()).map(Mutants::of).toList()
        : List.of(Mutants.named(mutant.get()));
  }
}
