package io.github.containersnap.harness.fault;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.oracle.reading.SystemAtRest;
import io.github.containersnap.harness.property.Atomic;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.Judgement;
import io.github.containersnap.harness.property.Keeps;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.property.Withstands;
import io.github.containersnap.harness.testkit.LayeredImage;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.harness.updater.PortCallCounter;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.view.SystemView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A mounted system with version 1 deployed, to which something happens.
 *
 * @param top where the top level of its btrfs is mounted
 * @param filesystem the UUID of the btrfs, as it is on the disk
 * @param runtime where the files of its runs go
 * @param bench what it is judged by
 * @param subject what updates it
 */
record FaultedSystem(
    Path top, UUID filesystem, Path runtime, FaultBench bench, MutantCandidate subject) {
  /** Longer than this no sentence for an administrator is, however long the paths in it are. */
  private static final int LONGEST_COMPLAINT = 900;

  /** Shorter than this none says what and where. */
  private static final int SHORTEST_COMPLAINT = 40;

  private static final Pattern PATH = Pattern.compile("/\\S+");

  DeploymentLayout layout() {
    return new DeploymentLayout(top);
  }

  /** The same machine with another updater. */
  FaultedSystem with(MutantCandidate other) {
    return new FaultedSystem(top, filesystem, runtime, bench, other);
  }

  Updater.Result run(String... arguments) {
    return run(access(), arguments);
  }

  private MachineAccess access() {
    MachineAccess real = new RealMachineAccess(runtime);
    return (root, registries, progress) ->
        subject.fault().apply(real.open(root, registries, progress));
  }

  /** The same, with each port call told of before it is made. */
  Updater.Result run(PortCallCounter calls, String... arguments) {
    MachineAccess real = access();
    return run(
        (root, registries, progress) -> calls.of(real.open(root, registries, progress)), arguments);
  }

  /** The same, with {@code event} just as the transaction enters {@code step}. */
  Updater.Result runWith(UpdateStep step, Runnable event, String... arguments) {
    MachineAccess access =
        (root, registries, progress) -> {
          Machine real = access().open(root, registries, progress);
          return new Machine(real.ports(), real.layout(), real.boot(), at(step, event, progress));
        };
    return run(access, arguments);
  }

  private static Progress at(UpdateStep wanted, Runnable event, Progress alsoHears) {
    return new Progress() {
      @Override
      public void enters(UpdateStep step) {
        if (step == wanted) {
          event.run();
        }
        alsoHears.enters(step);
      }

      @Override
      public void notes(String line) {
        alsoHears.notes(line);
      }
    };
  }

  private Updater.Result run(MachineAccess access, String... arguments) {
    return Updater.Result.of(CommandLineRun.onRoot(top, access, arguments));
  }

  /** Runs a command that has to succeed; its output without the last line's end. */
  String succeeds(String... arguments) {
    Updater.Result result = run(arguments);
    require(
        result.succeeded(),
        "`%s` fails: %s".formatted(String.join(" ", arguments), result.error().strip()));
    return result.output().stripTrailing();
  }

  /** That a command failed as it should: a status, no answer, one sentence and what to do next. */
  static void requireClearFailure(Updater.Result result) {
    require(
        Set.of(1, 2).contains(result.exitCode()) && result.output().isEmpty(),
        "it was to fail and ends with %d, saying '%s'"
            .formatted(result.exitCode(), result.output().strip()));
    List<String> lines = result.error().lines().toList();
    List<String> complaints =
        lines.stream().filter(line -> line.startsWith("container-snap: ")).toList();
    boolean oneSentence =
        complaints.size() == 1
            && complaints.getFirst().length() >= SHORTEST_COMPLAINT
            && PATH.matcher(complaints.getFirst()).replaceAll("/").length() <= LONGEST_COMPLAINT;
    boolean advice = lines.getLast().startsWith("  ") && lines.getLast().endsWith(".");
    boolean plain = !result.error().contains("Exception") && !result.error().contains("\tat ");
    require(
        oneSentence && advice && plain,
        "it fails without one clear sentence and what to do next: " + result.complaint());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new PropertyViolatedException(otherwise);
    }
  }

  private static void requireSame(Object found, Object expected, String what) {
    require(found.equals(expected), "%s: %s, and not %s".formatted(what, found, expected));
  }

  private String byDefault() {
    return succeeds("get-default");
  }

  /** Whether no transaction is in flight. */
  boolean isSettled() throws IOException {
    return names(layout().journal()).isEmpty();
  }

  boolean isNew() {
    return byDefault().equals(bench.second().id());
  }

  /** That the machine has the old system, whole, by default, and nothing else is left. */
  void requireOld() {
    requireSame(byDefault(), bench.first().id(), "the default");
    require(atRest(), bench.expected(bench.second(), filesystem).booting(Side.OLD));
  }

  /**
   * That the machine has version 2, whole, by default, the old one too, and nothing else is left.
   */
  void requireNew() {
    requireUpdatedTo(bench.second());
  }

  /** The same for another image. */
  void requireUpdatedTo(LayeredImage image) {
    requireSame(byDefault(), image.id(), "the default");
    require(atRest(), bench.expected(image, filesystem).booting(Side.NEW));
  }

  private SystemView atRest() {
    return SystemAtRest.afterFault(top, filesystem, runtime);
  }

  /** Which property speaks of what happened, says who made it happen. */
  private static void require(SystemView view, Expected expected) {
    new Withstands(Property.P13)
        .judge(view, expected).stream()
            .findFirst()
            .ifPresent(
                violation -> {
                  throw new PropertyViolatedException(violation.text());
                });
  }

  void requireOldOrNew() {
    if (isNew()) {
      requireNew();
    } else {
      requireOld();
    }
  }

  /** That a deployment is whole, on a machine that boots the default subvolume. */
  void requireWhole(LayeredImage image) {
    Side side = image.equals(bench.first()) ? Side.OLD : Side.NEW;
    Expected whole = bench.expected(bench.second(), filesystem).booting(side).withOnly(image.id());
    SystemView view = SystemAtRest.withoutMenu(top, runtime);
    for (Judgement judgement : List.of(new Atomic(), new Keeps())) {
      for (Violation violation : judgement.judge(view, whole)) {
        throw new PropertyViolatedException(violation.text());
      }
    }
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
