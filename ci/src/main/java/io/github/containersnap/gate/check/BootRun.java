package io.github.containersnap.gate.check;

import io.github.containersnap.adapter.bootloader.KernelCommandLine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.CaseName;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.oracle.BootView;
import io.github.containersnap.harness.property.ComesUp;
import io.github.containersnap.harness.property.Durable;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.cache.ImageCache;
import io.github.containersnap.vm.machine.Accelerator;
import io.github.containersnap.vm.machine.BootOutcome;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Boots one state of each class that a boot cannot tell apart, from an overlay, and takes its
 * console's word for what came up (P10).
 */
final class BootRun {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final int MOST_AT_A_TIME = 2;

  private final RecordedUpdate update;
  private final Recording recording;
  private final GateContext surroundings;
  private final Workspace workspace;
  private final int jobs;

  BootRun(RecordedUpdate update, GateContext surroundings, Workspace workspace, int jobs) {
    this.update = update;
    this.recording = update.recording();
    this.surroundings = surroundings;
    this.workspace = workspace;
    this.jobs = Math.min(jobs, MOST_AT_A_TIME);
  }

  /** Boots one state of each class of a sweep. */
  BootResults of(CrashSweep sweep) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    List<Wanted> wanted =
        sweep.bootClasses().entrySet().stream()
            .map(BootRun::firstOf)
            .sorted(Comparator.comparing(Wanted::state))
            .toList();
    if (wanted.isEmpty()) { // a shard that has nothing to boot
      return BootResults.NONE;
    }
    Path store = new QemuImage(ImageCache.ofThisUser(), surroundings::part).store();
    try (ContainerEngine engine = ContainerEngine.open(workspace, store)) {
      surroundings.part("finding out what virtual machines run on here …");
      Accelerator accelerator = Accelerator.ofThisMachine(engine);
      surroundings.part(
          "booting one state of each of %d classes, %d at a time, with %s …"
              .formatted(wanted.size(), jobs, accelerator.inWords()));
      List<BootResults.Booted> booted = surroundings.run("booting", () -> bootAll(engine, wanted));
      return new BootResults(
          booted, accelerator.inWords(), Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  /**
   * A state to boot.
   *
   * @param state the first of its class
   * @param side what should come up
   * @param alike all states of its class
   */
  private record Wanted(CrashState state, Optional<Side> side, SortedSet<CrashState> alike) {}

  private static Wanted firstOf(Map.Entry<BootView, SortedSet<CrashState>> bootClass) {
    return new Wanted(
        bootClass.getValue().first(), bootClass.getKey().side(), bootClass.getValue());
  }

  private List<BootResults.Booted> bootAll(ContainerEngine engine, List<Wanted> wanted)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<BootResults.Booted>> running = new ArrayList<>();
      for (Wanted each : wanted) {
        String name = "boot-" + running.size() + ".img";
        running.add(workers.submit((Callable<BootResults.Booted>) () -> boot(engine, each, name)));
      }
      List<BootResults.Booted> booted = new ArrayList<>();
      for (Future<BootResults.Booted> each : running) {
        booted.add(each.get());
        surroundings.part(inWords(booted.getLast(), booted.size(), wanted.size()));
      }
      return booted;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a boot could not be made: " + e.getCause(), e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private static String inWords(BootResults.Booted booted, int number, int of) {
    return "boot %d of %d: %s, for %d states: %s (%d s)"
        .formatted(
            number,
            of,
            booted.state(),
            booted.states(),
            booted
                .problem()
                .orElseGet(() -> booted.expected() + ", by " + booted.proof().orElse("nothing")),
            booted.took().toSeconds());
  }

  private BootResults.Booted boot(ContainerEngine engine, Wanted wanted, String name)
      throws IOException {
    surroundings.interruption().check();
    long begin = System.nanoTime();
    Path image = update.scratch().directory().resolve(name);
    try (VirtualMachine machine =
        VirtualMachine.start(
            engine,
            MachinePlan.booting(new MachineDisk.Overlaid(rebuild(wanted.state(), image).image()))
                .limitedTo(LIMIT.plusMinutes(1)))) {
      BootOutcome outcome = BootOutcome.of(machine, LIMIT);
      return booted(wanted, outcome, machine.console().text(), screen(machine));
    } catch (RuntimeException e) {
      surroundings.interruption().check();
      return new BootResults.Booted(
          wanted.state(),
          wanted.alike(),
          inWords(wanted.side()),
          Optional.empty(),
          Optional.empty(),
          Optional.of("the boot could not be made: " + e.getMessage()),
          true,
          Duration.ofNanos(System.nanoTime() - begin),
          "",
          Optional.empty());
    } finally {
      Files.deleteIfExists(image);
    }
  }

  private SystemDisk rebuild(CrashState state, Path image) {
    update.scratch().reflink(recording.base().image(), image);
    try (CrashImage crash = CrashImage.of(image, recording.log())) {
      crash.become(state);
    }
    return recording.base().at(image);
  }

  /** A machine that has switched itself off has no screen any more. */
  private static Optional<BootResults.Screen> screen(VirtualMachine machine) throws IOException {
    return machine.isRunning()
        ? Optional.of(BootResults.Screen.of(machine.screendump()))
        : Optional.empty();
  }

  private BootResults.Booted booted(
      Wanted wanted, BootOutcome outcome, String console, Optional<BootResults.Screen> screen) {
    Optional<String> proof =
        outcome instanceof BootOutcome.Up up ? Optional.of(up.proof()) : Optional.empty();
    Optional<String> problem =
        switch (outcome) {
          case BootOutcome.Failed failed ->
              Optional.of(
                  "%s does not come up: %s".formatted(inWords(wanted.side()), failed.why()));
          case BootOutcome.TimedOut late ->
              Optional.of("%s did not come up: %s".formatted(inWords(wanted.side()), late.why()));
          case BootOutcome.Up up -> up.commandLine().flatMap(line -> another(wanted.side(), line));
        };
    return new BootResults.Booted(
        wanted.state(),
        wanted.alike(),
        inWords(wanted.side()),
        proof.flatMap(_ -> outcome.commandLine()).flatMap(this::side),
        proof,
        problem,
        outcome instanceof BootOutcome.TimedOut,
        outcome.took(),
        console,
        screen);
  }

  /** A kernel that keeps its command line to itself (quiet) leaves it at the sign of life. */
  private Optional<String> another(Optional<Side> side, String commandLine) {
    return side.flatMap(this::deployment)
        .filter(
            id ->
                commandLine.contains(KernelCommandLine.DEPLOYMENT)
                    && !new KernelCommandLine(commandLine).deployment().equals(Optional.of(id)))
        .map(
            _ ->
                "%s should come up, but the kernel was told: %s"
                    .formatted(inWords(side), commandLine));
  }

  /** The side whose deployment the kernel was told that it is. */
  private Optional<Side> side(String commandLine) {
    Optional<DeploymentId> told = new KernelCommandLine(commandLine).deployment();
    return Stream.of(Side.values())
        .filter(side -> told.isPresent() && deployment(side).equals(told))
        .findFirst();
  }

  private Optional<DeploymentId> deployment(Side side) {
    return recording.expectations() instanceof DeploymentExpectations expectations
        ? Optional.of(expectations.id(side))
        : Optional.empty();
  }

  private static String inWords(Optional<Side> side) {
    return side.map(each -> "the " + each + " system").orElse("a system");
  }

  /**
   * The verdicts with what the boots add: P10 for a state that did not boot as it should, and P2
   * for one in which the update had reported success and whose class boots the old system.
   *
   * @param reported whether the update had reported success when a state's power was lost
   */
  static List<StateVerdict> judged(
      List<StateVerdict> verdicts, BootResults boots, Predicate<CrashState> reported) {
    return verdicts.stream()
        .map(
            verdict ->
                boots.all().stream()
                    .filter(booted -> booted.alike().contains(verdict.state()))
                    .findFirst()
                    .map(booted -> judged(verdict, booted, reported.test(verdict.state())))
                    .orElse(verdict))
        .toList();
  }

  private static StateVerdict judged(
      StateVerdict verdict, BootResults.Booted booted, boolean reported) {
    SystemView guest = new GuestView(booted);
    Expected expected = GuestView.reported();
    List<Violation> violations = new ArrayList<>();
    if (verdict.verdict() instanceof Verdict.Violated before) {
      violations.addAll(before.violations());
    }
    int found = violations.size();
    if (booted.state().equals(verdict.state())) {
      if (booted.infrastructure() && violations.isEmpty()) {
        return new StateVerdict(
            verdict.state(), new Verdict.Unknown(booted.problem().orElse("it was not booted")));
      }
      for (Violation each : new ComesUp().judge(guest, expected)) {
        violations.add(
            new Violation(
                each.property(),
                "in a virtual machine %s; %d states boot alike"
                    .formatted(each.text(), booted.states())));
      }
    }
    if (reported) {
      for (Violation each : new Durable().judge(guest, expected)) {
        violations.add(new Violation(each.property(), each.text() + ", in a virtual machine"));
      }
    }
    if (violations.size() == found) {
      return verdict;
    }
    violations.sort(Comparator.comparing(Violation::property));
    return new StateVerdict(verdict.state(), new Verdict.Violated(violations));
  }

  /** Writes each console, and each last screen, to a file of its own in a report's directory. */
  static void keepConsoles(BootResults boots, Path report) {
    Path directory = report.resolve(ReportDirectory.CONSOLES);
    try {
      Files.createDirectories(directory);
      for (BootResults.Booted booted : boots.all()) {
        Files.writeString(
            report.resolve(CaseName.console(booted.state(), "log")), booted.console());
        if (booted.screen().isPresent()) {
          booted.screen().get().writeTo(report.resolve(CaseName.console(booted.state(), "png")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the consoles to " + directory, e);
    }
  }
}
