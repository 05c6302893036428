package io.github.containersnap.gate.check;

import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.CaseName;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.CheckedUpdate;
import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.report.RecordedLog;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.ShardPart;
import io.github.containersnap.gate.report.StateClass;
import io.github.containersnap.gate.report.SummaryTable;
import io.github.containersnap.gate.report.SweepResult;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnfitMachineException;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.gate.shard.ShardPlan;
import io.github.containersnap.gate.terminal.ProgressDisplay;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.oracle.DefaultRoots;
import io.github.containersnap.harness.oracle.TriedRepair;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.RecognisedClass;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.updater.UpdaterSettings;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.Fingerprint;
import io.github.containersnap.loopback.crash.StateFingerprints;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;

/** One check, from the images to the report. */
public final class CheckRun {
  private final CheckPlan plan;
  private final Scenario scenario;
  private final UpdateSource source;
  private final GateContext surroundings;
  private final ProgressDisplay console;
  private final Optional<ReportDirectory> report;
  private final Optional<Path> kept;
  private final int archivedBefore;
  private final long started = System.nanoTime();

  /** Where the recorded update comes from. */
  @FunctionalInterface
  interface UpdateSource {
    /** The update, with its disks in a scratch space of its own. */
    RecordedUpdate open(Workspace workspace) throws IOException;
  }

  /** A check of one scenario, with the report that the options name. */
  public CheckRun(CheckPlan plan, Scenario scenario, PairSource source, GateContext surroundings) {
    this(
        plan,
        scenario,
        workspace -> new Recorder(plan, scenario, source, surroundings, workspace).record(),
        surroundings,
        plan.report(),
        plan.keep().map(KeptFiles::directory),
        0);
  }

  /**
   * A check of an update that was recorded before.
   *
   * @param kept where its disk and log lie
   */
  CheckRun(
      CheckPlan plan, Scenario scenario, UpdateSource source, GateContext surroundings, Path kept) {
    this(plan, scenario, source, surroundings, plan.report(), Optional.of(kept), 0);
  }

  private CheckRun(
      CheckPlan plan,
      Scenario scenario,
      UpdateSource source,
      GateContext surroundings,
      Optional<ReportDirectory> report,
      Optional<Path> kept,
      int archivedBefore) {
    this.kept = kept;
    this.archivedBefore = archivedBefore;
    this.plan = plan;
    this.scenario = scenario;
    this.source = source;
    this.report = report;
    this.surroundings = surroundings;
    this.console = surroundings.console();
  }

  /** The same, with another report. */
  public CheckRun reportingTo(Optional<ReportDirectory> other) {
    return reportingTo(other, archivedBefore);
  }

  /**
   * The same, with another report.
   *
   * @param archived how many reports of the same run have kept their disks
   */
  CheckRun reportingTo(Optional<ReportDirectory> other, int archived) {
    return new CheckRun(plan, scenario, source, surroundings, other, kept, archived);
  }

  /** One scenario, or several one after the other. */
  public static ExitStatus of(
      CheckPlan plan, List<Scenario> scenarios, PairSource source, GateContext surroundings)
      throws IOException, InterruptedException, XMLStreamException {
    return scenarios.size() == 1
        ? new CheckRun(plan, scenarios.getFirst(), source, surroundings).run()
        : new TransitionsRun(
                plan,
                scenarios,
                (scenario, report, archived) ->
                    new CheckRun(plan, scenario, source, surroundings)
                        .reportingTo(report, archived)
                        .inPart(),
                surroundings)
            .run();
  }

  ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    CheckResult result = check();
    publish(result, plan.json() ? surroundings.err() : surroundings.out());
    if (plan.json()) {
      surroundings.out().print(ResultJson.of(result).text());
      surroundings.out().flush();
    }
    return result.status();
  }

  /** As a part of something larger, which says on standard output what it comes to. */
  public CheckResult inPart() throws IOException, InterruptedException, XMLStreamException {
    CheckResult result = check();
    publish(result, surroundings.err());
    return result;
  }

  private CheckResult check() throws IOException, InterruptedException {
    requirePossible();
    HostCapabilities.thisMachine().requireFit();
    requirePrograms();
    if (report.isPresent()) {
      report.get().prepare();
    }
    plan.keep().ifPresent(KeptFiles::prepare);
    console.explain(
        "container-snap gate: does %s survive a power cut at every write?"
            .formatted(scenario.isUsual() ? "this update" : scenario.inWords()));
    plan.updater()
        .foreign()
        .ifPresent(
            foreign ->
                console.explain("The updater is %s, not container-snap.".formatted(foreign)));
    for (Mutant fault : plan.updater().faults().all()) {
      console.explain(
          "The updater has a fault, switched on by --mutant: %s (%s)."
              .formatted(fault.optionName(), fault.description()));
    }
    surroundings.sweep();
    try (Workspace workspace = surroundings.openWorkspace()) {
      return check(workspace);
    }
  }

  private void requirePossible() {
    if (plan.boot() && plan.updater().foreign().isPresent()) {
      throw new UnusableInputException(
          "--boot needs the boot menu that container-snap writes; %s does not write it."
              .formatted(plan.updater()));
    }
    if (scenario.isUsual()) {
      return;
    }
    if (plan.updater().foreign().isPresent()) {
      throw new UnusableInputException(
          "Another updater than container-snap is checked with --transition update and"
              + " --boot-loader grub-btrfs only.");
    }
    if (plan.boot()) {
      throw new UnusableInputException(
          "--boot needs --transition update and --boot-loader grub-btrfs.");
    }
  }

  private void requirePrograms() {
    UpdaterSettings.RequiredProgram maker =
        new UpdaterSettings.RequiredProgram(
            plan.filesystem().makerProgram(), plan.filesystem().packageName());
    Stream.concat(Stream.of(maker), plan.updater().required().stream())
        .filter(program -> !program.isInstalled())
        .findFirst()
        .ifPresent(
            program -> {
              throw new UnfitMachineException(
                  "A check of %s on %s needs the program %s; install the package %s."
                      .formatted(
                          plan.updater().title(),
                          plan.filesystem().type(),
                          program.name(),
                          program.packageName()));
            });
  }

  private void explain(String line) {
    surroundings.interruption().check();
    console.explain(line);
  }

  private CheckResult check(Workspace workspace) throws IOException, InterruptedException {
    try (RecordedUpdate update = source.open(workspace)) {
      Path publicLog = workspace.file("public-write.log");
      update.recording().log().copyTo(publicLog);
      if (plan.keep().isPresent()) {
        surroundings.part("keeping the disk and the log …");
        plan.keep().get().keep(update.recording(), publicLog);
      }
      DiskDigests disk = DiskDigests.of(update.recording(), publicLog);
      SelectedStates all = plan.selection().of(update.recording());
      CrashSweep whole = update.sweep(plan.updater(), workspace, plan.selection().depth());
      CrashSweep sweep = plan.updatesAgain() ? whole : whole.withoutUpdatingAgain();
      Optional<ShardPlan> division =
          plan.shard().isPresent()
              ? Optional.of(divided(sweep, all, plan.shard().get()))
              : Optional.empty();
      SelectedStates states =
          division
              .map(
                  parts ->
                      new SelectedStates(
                          all.families(),
                          all.distinct(),
                          parts.statesOf(plan.shard().orElseThrow())))
              .orElse(all);
      explain(
          "The power cuts: %,d states, %,d of them distinct; checking %,d, %d at a time."
              .formatted(states.total(), states.distinct(), states.chosen().size(), plan.jobs()));
      long sweeping = System.nanoTime();
      List<StateVerdict> swept = sweep(sweep, states);
      repair(sweep);
      Duration sweptFor = Duration.ofNanos(System.nanoTime() - sweeping);
      BootResults boots =
          plan.boot()
              ? new BootRun(update, surroundings, workspace, plan.jobs()).of(sweep)
              : BootResults.NONE;
      List<StateVerdict> verdicts = BootRun.judged(swept, boots, sweep::successReported);
      CheckResult result =
          new CheckResult(
              new CheckedUpdate(
                  update.oldImage(),
                  update.newImage(),
                  plan.updater(),
                  scenario,
                  plan.updatesAgain() || plan.updater().foreign().isEmpty()),
              new RecordedLog(
                  update.recording().log(),
                  WrittenKinds.of(update.recording().base(), update.recording().log()),
                  disk,
                  update.took(),
                  update.recording().undisturbed()),
              plan.selection(),
              new SweepResult(
                  states,
                  sweep.classes(),
                  sweep.machines().size(),
                  sweep.lookedAt(),
                  sweep.bootingOnce(),
                  verdicts,
                  StateClass.of(sweep.classOf(), roots(update.recording())),
                  disksOfViolated(update.recording(), verdicts),
                  sweptFor),
              boots,
              kept,
              division.map(
                  parts ->
                      new ShardPart(
                          plan.shard().orElseThrow(),
                          parts.sha256(),
                          parts.states(),
                          new TreeSet<>(sweep.machines()),
                          parts.groups())),
              Optional.empty());
      surroundings.interruption().check();
      if (report.isPresent()
          && kept.isEmpty()
          && !result.failing().isEmpty()
          && plan.archive().keepsOneAfter(archivedBefore)) {
        surroundings.part("keeping the disk and the log, from which the cases are rebuilt …");
        report.get().disk().keep(update.recording().base().image(), publicLog);
      }
      return result;
    }
  }

  /** Which shard judges which states; only the classes are found out for it. */
  private ShardPlan divided(CrashSweep sweep, SelectedStates states, Shard shard)
      throws InterruptedException {
    surroundings.part(
        "finding the classes of %,d states, to know which are those of %s …"
            .formatted(states.chosen().size(), shard.inWords()));
    Map<CrashState, RecognisedClass> found =
        surroundings.run("finding the classes", () -> sweep.classes(states.chosen(), plan.jobs()));
    Map<CrashState, String> names = transformed(found, RecognisedClass::name);
    return plan.boot()
        ? ShardPlan.withBoots(names, transformed(found, RecognisedClass::subvolumes), shard.count())
        : ShardPlan.of(names, shard.count());
  }

  private static Map<CrashState, String> transformed(
      Map<CrashState, RecognisedClass> found, Function<RecognisedClass, String> part) {
    Map<CrashState, String> transformed = new HashMap<>();
    found.forEach((state, each) -> transformed.put(state, part.apply(each)));
    return transformed;
  }

  private static DefaultRoots roots(Recording recording) {
    return new DefaultRoots(recording.expectations(), recording.base().filesystemUuid());
  }

  private static Map<CrashState, Fingerprint> disksOfViolated(
      Recording recording, List<StateVerdict> verdicts) {
    return StateFingerprints.of(
        recording.base().image(),
        recording.log(),
        verdicts.stream()
            .filter(each -> each.verdict() instanceof Verdict.Violated)
            .map(StateVerdict::state)
            .toList());
  }

  private List<StateVerdict> sweep(CrashSweep sweep, SelectedStates states)
      throws InterruptedException {
    console.sweepBegins();
    Progress progress = new Progress(sweep, states.chosen().size());
    return surroundings.run(
        "the sweep",
        () -> sweep.check(states.chosen(), plan.jobs(), progress::hear, this::timeIsUp));
  }

  private void repair(CrashSweep sweep) throws InterruptedException {
    List<CrashState> neither = sweep.neither();
    List<String> repairs = sweep.repairs();
    List<CrashState> chosen = spread(neither, plan.repairs());
    if (repairs.isEmpty() || chosen.isEmpty() || timeIsUp()) {
      return;
    }
    explain(
        "The repairs (%s): trying each in %,d of the %,d states that boot neither system."
            .formatted(String.join(", ", repairs), chosen.size(), neither.size()));
    AtomicInteger done = new AtomicInteger();
    surroundings.run(
        "the repairs",
        () -> {
          sweep.repair(
              chosen,
              plan.jobs(),
              (state, tried) -> {
                surroundings.interruption().check();
                surroundings.part(
                    "%d of %d, at %s: %s"
                        .formatted(done.incrementAndGet(), chosen.size(), state, inWords(tried)));
              });
          return chosen;
        });
  }

  private static String inWords(Map<String, TriedRepair> tried) {
    return tried.entrySet().stream()
        .map(each -> each.getKey() + " gives " + each.getValue())
        .collect(Collectors.joining("; "));
  }

  /** At most so many of them, with the first and the last, evenly spread. */
  private static List<CrashState> spread(List<CrashState> states, int most) {
    if (states.size() <= most) {
      return states;
    }
    return IntStream.range(0, most)
        .mapToObj(each -> states.get(each * (states.size() - 1) / Math.max(1, most - 1)))
        .toList();
  }

  private boolean timeIsUp() {
    return plan.timeLimit()
        .filter(limit -> System.nanoTime() - started >= limit.toNanos())
        .isPresent();
  }

  private void publish(CheckResult result, PrintStream summary)
      throws IOException, XMLStreamException {
    explain("");
    new SummaryTable(result, console.columns()).print(summary);
    summary.flush();
    if (report.isPresent()) {
      report.get().write(result);
      result.failing().stream().findFirst().ifPresent(failing -> sayHowToReproduce(failing));
    }
    if (plan.keep().isPresent()) {
      console.explain(
          "The disk, the write log and the images are in " + plan.keep().get().directory() + ".");
    }
    report.ifPresent(written -> console.explain("The page to look at: " + written.page()));
  }

  private void sayHowToReproduce(CheckResult.Failing failing) {
    Path file = report.orElseThrow().directory().resolve(CaseName.of(failing.state()));
    console.explain(
        kept.isPresent() || plan.archive().keepsOneAfter(archivedBefore)
            ? "The first failing disk again: ci/gate reproduce " + file + namingTheUpdater()
            : "The report keeps no disk, so nothing makes %s again (--archive all keeps it)."
                .formatted(file));
  }

  private String namingTheUpdater() {
    return plan.updater().foreign().map(" --updater "::concat).orElse("");
  }

  /** Counts verdicts for the console. */
  private final class Progress {
    private final CrashSweep sweep;
    private final SweepEstimate estimate;
    private final int total;
    private final long started = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger violated = new AtomicInteger();

    Progress(CrashSweep sweep, int total) {
      this.sweep = sweep;
      this.estimate = new SweepEstimate(total);
      this.total = total;
    }

    /** Ends the worker that calls it if the work was interrupted. */
    void hear(StateVerdict verdict) {
      surroundings.interruption().check();
      if (verdict.verdict() instanceof Verdict.Violated) {
        violated.incrementAndGet();
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
      int judged = done.incrementAndGet();
      console.progress(
          "states",
          judged,
          total,
          violated.get(),
          elapsed,
          estimate.left(judged, sweep.classes(), elapsed));
    }
  }
}
