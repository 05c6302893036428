package io.github.containersnap.gate;

import io.github.containersnap.experiment.Recording;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.state.CrashState;
import io.github.containersnap.loopback.state.Fingerprint;
import io.github.containersnap.loopback.state.StateFingerprints;
import io.github.containersnap.mutants.Mutant;
import io.github.containersnap.oracle.CrashSweep;
import io.github.containersnap.oracle.StateSet;
import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.stream.XMLStreamException;

/** One check, from the images to the report. */
final class Check {
  private final CheckOptions options;
  private final PairSource source;
  private final Surroundings surroundings;
  private final Console console;

  Check(CheckOptions options, PairSource source, Surroundings surroundings) {
    this.options = options;
    this.source = source;
    this.surroundings = surroundings;
    this.console = surroundings.console();
  }

  ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    options.requireUsable();
    Host.thisMachine().requireFit();
    if (options.report().isPresent()) {
      options.report().get().prepare();
    }
    options.keep().ifPresent(Keepsakes::prepare);
    console.explain("container-snap gate: does this update survive a power cut at every write?");
    options
        .updater()
        .foreign()
        .ifPresent(
            foreign ->
                console.explain("The updater is %s, not container-snap.".formatted(foreign)));
    for (Mutant fault : options.updater().faults().all()) {
      console.explain(
          "The updater has a fault, switched on by --mutant: %s (%s)."
              .formatted(fault.optionName(), fault.description()));
    }
    surroundings.sweep();
    try (Workspace workspace = surroundings.openWorkspace()) {
      return check(workspace);
    }
  }

  private void explain(String line) {
    surroundings.interruption().check();
    console.explain(line);
  }

  private ExitStatus check(Workspace workspace)
      throws IOException, InterruptedException, XMLStreamException {
    Recorder recorder = new Recorder(options, source, surroundings, workspace);
    try (RecordedUpdate update = recorder.record()) {
      Path publicLog = workspace.file("public-write.log");
      update.recording().log().copyTo(publicLog);
      if (options.keep().isPresent()) {
        surroundings.part("keeping the disk and the log …");
        options.keep().get().keep(update.recording(), publicLog);
      }
      DiskIdentity disk = DiskIdentity.of(update.recording(), publicLog);
      StateSet states = options.selection().of(update.recording());
      explain(
          "The power cuts: %,d states, %,d of them distinct; checking %,d, %d at a time."
              .formatted(
                  states.total(), states.distinct(), states.chosen().size(), options.jobs()));
      long sweeping = System.nanoTime();
      CrashSweep sweep = recorder.sweep(update);
      List<StateVerdict> swept = sweep(sweep, states);
      Duration sweptFor = Duration.ofNanos(System.nanoTime() - sweeping);
      Boots boots =
          options.boot()
              ? new BootRun(update, surroundings, workspace, options.jobs()).of(sweep)
              : Boots.NONE;
      List<StateVerdict> verdicts = BootRun.judged(swept, boots, sweep::successReported);
      GateResult result =
          new GateResult(
              update.oldImage(),
              update.newImage(),
              options.updater(),
              update.recording().log(),
              disk,
              options.selection(),
              states,
              sweep.classes(),
              sweep.lookedAt(),
              sweep.bootingOnce(),
              verdicts,
              disksOfViolated(update.recording(), verdicts),
              options.keep().map(Keepsakes::directory),
              update.took(),
              sweptFor,
              boots);
      surroundings.interruption().check();
      if (options.report().isPresent() && options.keep().isEmpty() && !result.failing().isEmpty()) {
        surroundings.part("keeping the disk and the log, from which the cases are rebuilt …");
        options.report().get().disk().keep(update.recording().base().image(), publicLog);
      }
      publish(result);
      return result.status();
    }
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

  private List<StateVerdict> sweep(CrashSweep sweep, StateSet states) throws InterruptedException {
    console.sweepBegins();
    Progress progress = new Progress(states.chosen().size());
    return surroundings.run(
        "the sweep", () -> sweep.check(states.chosen(), options.jobs(), progress::hear));
  }

  private void publish(GateResult result) throws IOException, XMLStreamException {
    explain("");
    new SummaryTable(result, console.columns())
        .print(options.json() ? surroundings.err() : surroundings.out());
    if (options.json()) {
      surroundings.out().print(ResultJson.of(result).text());
    }
    surroundings.out().flush();
    if (options.report().isPresent()) {
      options.report().get().write(result);
      console.explain("The report is in " + options.report().get().directory() + ".");
      result.failing().stream()
          .findFirst()
          .ifPresent(
              failing ->
                  console.explain(
                      "The first failing disk again: ci/gate reproduce "
                          + options
                              .report()
                              .get()
                              .directory()
                              .resolve(CaseFile.name(failing.state()))));
    }
    if (options.keep().isPresent()) {
      console.explain(
          "The disk, the write log and the images are in "
              + options.keep().get().directory()
              + ".");
    }
  }

  /** Counts verdicts for the console. */
  private final class Progress {
    private final int total;
    private final long started = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger violated = new AtomicInteger();

    Progress(int total) {
      this.total = total;
    }

    /** Ends the worker that calls it if the work was interrupted. */
    void hear(StateVerdict verdict) {
      surroundings.interruption().check();
      if (verdict.verdict() instanceof Verdict.Violated) {
        violated.incrementAndGet();
      }
      console.progress(
          done.incrementAndGet(),
          total,
          violated.get(),
          Duration.ofNanos(System.nanoTime() - started));
    }
  }
}
