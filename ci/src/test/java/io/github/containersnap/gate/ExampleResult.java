package io.github.containersnap.gate;

import io.github.containersnap.gate.recording.RecordingFile;
import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.CheckedUpdate;
import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.report.RecordedLog;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateClass;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.report.SweepResult;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.btrfs.WriteKind;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.crash.Fingerprint;
import io.github.containersnap.loopback.log.WriteLog;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.tree.TreeManifest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Results over the {@link ExampleLog}.
 *
 * @param log the log
 * @param mutants the faults that were switched on
 * @param selection which states were asked for
 * @param verdicts what was found
 * @param className names the class of a state; by its verdict alone if it gives nothing
 */
public record ExampleResult(
    WriteLog log,
    Mutants mutants,
    StateSelection selection,
    List<StateVerdict> verdicts,
    Function<CrashState, String> className) {

  /** What the recording that was checked says of itself. */
  public RecordingFile recording() {
    CheckResult result = result();
    return new RecordingFile(
        1,
        GateBuild.current(),
        ResultJson.Image.of(result.update().oldImage()),
        ResultJson.Image.of(result.update().newImage()),
        mutants.names().orElse(null),
        null,
        null,
        "update",
        "grub-btrfs",
        null,
        ResultJson.Disk.of(result.recorded().disk()),
        1,
        1);
  }

  /** Classes that follow from the verdicts. */
  public ExampleResult(
      WriteLog log, Mutants mutants, StateSelection selection, List<StateVerdict> verdicts) {
    this(log, mutants, selection, verdicts, _ -> "");
  }

  public static final CrashStates.Choice IN_FLIGHT = new CrashStates.Choice(16, 1, 4096);

  static final StateSelection EVERYTHING =
      new StateSelection(
          SelectedStates.Kind.WRITE,
          IN_FLIGHT,
          OptionalInt.empty(),
          1,
          CrashSweep.Depth.EACH_CLASS,
          Optional.empty());

  private static final Violation WRONG_KERNEL =
      new Violation(
          Property.P1,
          "the boot loader would start new, whose kernel"
              + " /usr/lib/modules/6.12.117+deb13-cloud-amd64/vmlinuz it cannot find");

  private static final Violation NOT_DURABLE =
      new Violation(Property.P2, "the update had reported success, but the machine boots old");

  /** Every state holds: old before entry 9, new after it. */
  public static ExampleResult holding(WriteLog log) {
    return new ExampleResult(
        log,
        Mutants.NONE,
        EVERYTHING,
        IntStream.of(0, 1, 5, 6, 9, 11)
            .mapToObj(entries -> holds(entries, entries < 9 ? Side.OLD : Side.NEW))
            .toList());
  }

  /** Two states lack the kernel, one after the other; one is not durable. */
  public static ExampleResult violated(WriteLog log) {
    return new ExampleResult(
        log,
        Mutants.of(Mutant.NO_COMMIT_AFTER_SWITCH),
        EVERYTHING,
        List.of(
            holds(0, Side.OLD),
            holds(1, Side.OLD),
            violates(5, WRONG_KERNEL),
            violates(6, WRONG_KERNEL),
            holds(9, Side.OLD),
            violates(11, NOT_DURABLE, WRONG_KERNEL)));
  }

  public static StateVerdict holds(int entries, Side side) {
    return new StateVerdict(new CrashState.Prefix(entries), new Verdict.Holds(side));
  }

  public static StateVerdict holds(CrashState state, Side side) {
    return new StateVerdict(state, new Verdict.Holds(side));
  }

  public static StateVerdict violates(int entries, Violation... violations) {
    return new StateVerdict(
        new CrashState.Prefix(entries), new Verdict.Violated(List.of(violations)));
  }

  public static StateVerdict unknown(int entries, String obstacle) {
    return new StateVerdict(new CrashState.Prefix(entries), new Verdict.Unknown(obstacle));
  }

  public ExampleResult with(StateSelection other) {
    return new ExampleResult(log, mutants, other, verdicts);
  }

  public ExampleResult with(StateVerdict... others) {
    return new ExampleResult(log, mutants, selection, List.of(others));
  }

  public ExampleResult withMore(StateVerdict... more) {
    return new ExampleResult(
        log, mutants, selection, Stream.concat(verdicts.stream(), Stream.of(more)).toList());
  }

  /** The same with classes by name. */
  public ExampleResult withClasses(Function<CrashState, String> names) {
    return new ExampleResult(log, mutants, selection, verdicts, names);
  }

  private static boolean isPrefix(StateVerdict verdict) {
    return verdict.state() instanceof CrashState.Prefix;
  }

  private Map<CrashState.Family, Integer> families() {
    return selection.kind() == SelectedStates.Kind.ALL
        ? Map.of(CrashState.Family.PREFIX, 9, CrashState.Family.DROPPED, 4)
        : Map.of(CrashState.Family.PREFIX, 9);
  }

  public CheckResult result() {
    return result(BootResults.NONE);
  }

  /** The same with boots. */
  public CheckResult result(BootResults boots) {
    return new CheckResult(
        new CheckedUpdate(
            image("oci:/srv/old:image", "1"),
            image("oci:/srv/new:image", "2"),
            new UpdaterUnderTest.Shipped(mutants),
            Scenario.USUAL),
        new RecordedLog(
            log,
            kinds(),
            new DiskDigests(
                1 << 30, "0-1-2-3", "a".repeat(64), log.entries().size(), "b".repeat(64)),
            Duration.ofMillis(4_700)),
        selection,
        new SweepResult(
            new SelectedStates(families(), 6, verdicts.stream().map(StateVerdict::state).toList()),
            4,
            3,
            (int) verdicts.stream().filter(ExampleResult::isPrefix).count(),
            0,
            verdicts,
            verdicts.stream().collect(Collectors.toMap(StateVerdict::state, each -> named(each))),
            verdicts.stream()
                .collect(Collectors.toMap(StateVerdict::state, each -> Fingerprint.OF_BASE)),
            Duration.ofMillis(2_000)),
        boots,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The last write but one is a superblock; the others are data. */
  private Map<Integer, WriteKind> kinds() {
    return Map.of(8, WriteKind.SUPERBLOCK);
  }

  private StateClass named(StateVerdict state) {
    StateClass found = classOf(state.verdict());
    return new StateClass(
        className.apply(state.state()) + found.name(),
        found.loaderRoot(),
        found.kernelRoot(),
        found.boots(),
        found.afterwards());
  }

  private static StateClass classOf(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Holds(Side side) ->
          new StateClass(
              side + " whole",
              Optional.of("deployments/" + side),
              Optional.of("deployments/" + side),
              Optional.of(side),
              Optional.of(side));
      case Verdict.Violated _ ->
          new StateClass(
              "violated",
              Optional.of("deployments/" + "2".repeat(64)),
              Optional.of("deployments/old"),
              Optional.empty(),
              Optional.empty());
      case Verdict.Unknown _ ->
          new StateClass(
              "unknown", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    };
  }

  private static Candidate image(String reference, String digit) {
    return new Candidate(
        reference, digit.repeat(64), TreeManifest.empty(), SmallFileContents.of(_ -> false));
  }
}
