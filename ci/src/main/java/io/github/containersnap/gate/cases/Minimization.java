package io.github.containersnap.gate.cases;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.images.ImageInspection;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.gate.terminal.InterruptedWorkException;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.SystemExpectations;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.mutant.UnknownMutantException;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.crash.StateFingerprints;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.vm.images.ImageInLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From a case to one of the same violation that lacks as few writes as can be. */
public final class Minimization {
  private final CaseOptions options;
  private final GateContext surroundings;

  /** A minimization of the case that the options name. */
  public Minimization(CaseOptions options, GateContext surroundings) {
    this.options = options;
    this.surroundings = surroundings;
  }

  /** Finds the fewest lost writes that still violate the property, and writes their case file. */
  public ExitStatus run() throws IOException, InterruptedException {
    return new Reproduction(options, surroundings)
        .with((disk, workspace) -> new InCase(disk, workspace).run());
  }

  /** The work on one case. */
  private final class InCase {
    private final CaseDisk disk;
    private final CrashStates states;
    private final Set<Property> wanted;
    private final CrashSweep sweep;
    private final Map<CrashState, Verdict> judged = new HashMap<>();

    InCase(CaseDisk disk, Workspace workspace) throws IOException {
      this.disk = disk;
      this.states = CrashStates.of(disk.log());
      this.wanted =
          disk.file().violations().stream()
              .map(CaseFile.Found::property)
              .collect(Collectors.toSet());
      this.sweep = sweep(workspace);
    }

    private CrashSweep sweep(Workspace workspace) throws IOException {
      CaseFile file = disk.file();
      Candidate oldImage = image(file.old(), workspace);
      Candidate newImage = image(file.newImage(), workspace);
      UpdaterUnderTest updater = updater(file);
      Scenario scenario = file.scenario().orElseThrow();
      SystemExpectations expectations =
          scenario.isUsual()
              ? updater
                  .experiment(workspace, disk.scratch(), surroundings.console()::part)
                  .expect(disk.base(), oldImage, newImage)
              : updater
                  .experiment(scenario, workspace, disk.scratch(), surroundings.console()::part)
                  .expect(disk.base(), oldImage, newImage);
      Recording recording =
          new Recording(
              disk.base(),
              disk.log(),
              expectations,
              newImage.reference(),
              new Updater.Result(0, "", ""));
      return new CrashSweep(
          recording, updater.in(workspace), workspace, disk.scratch(), CrashSweep.Depth.EACH_CLASS);
    }

    private UpdaterUnderTest updater(CaseFile file) {
      if (file.updater() == null) {
        return new UpdaterUnderTest.Shipped(mutants(file.mutant()));
      }
      return options
          .updaterOf(file)
          .orElseThrow(
              () ->
                  new UnusableInputException(
                      "The updater of this case was %s, and judging a crash runs its programs; name them with --updater."
                          .formatted(file.updater())));
    }

    ExitStatus run() throws IOException {
      CrashState original = disk.file().state();
      Optional<Epoch> epoch = epoch(original);
      if (epoch.isEmpty()) {
        return say("Nothing was in flight: no write can be taken from what was lost.");
      }
      Set<Integer> lost = states.lost(original, epoch.get());
      if (lost.isEmpty() || fails(new CrashState.Prefix(epoch.get().endEntry()))) {
        return say(
            "No write needs to be lost: the same is wrong once the whole epoch has arrived"
                + " (prefix:%d).".formatted(epoch.get().endEntry()));
      }
      CrashState whole = new CrashState.Lost(epoch.get().firstEntry(), new TreeSet<>(lost));
      if (!fails(whole)) {
        return say(
            original instanceof CrashState.Torn
                ? "The write has to tear: the same is not wrong when it is lost altogether."
                : "The same is not wrong in %s, so the case cannot be made smaller."
                    .formatted(whole));
      }
      Set<Integer> fewest =
          new DeltaDebugging(
                  some -> fails(new CrashState.Lost(epoch.get().firstEntry(), new TreeSet<>(some))))
              .of(lost);
      return write(epoch.get(), lost.size(), fewest);
    }

    private Optional<Epoch> epoch(CrashState state) {
      int durable = states.arrived(state).durable();
      return states.epochs().stream().filter(each -> each.firstEntry() == durable).findFirst();
    }

    /** Whether all that the case violates is violated. */
    private boolean fails(CrashState state) {
      return judge(state) instanceof Verdict.Violated violated
          && violated.violations().stream()
              .map(each -> each.property())
              .collect(Collectors.toSet())
              .containsAll(wanted);
    }

    private Verdict judge(CrashState state) {
      surroundings.interruption().check();
      Verdict known = judged.get(state);
      if (known != null) {
        return known;
      }
      try {
        Verdict verdict = sweep.check(List.of(state), 1, each -> {}).getFirst().verdict();
        judged.put(state, verdict);
        surroundings
            .console()
            .part(
                "%s: %s"
                    .formatted(
                        shortened(state.toString()),
                        switch (verdict) {
                          case Verdict.Holds holds -> "holds, boots " + holds.side();
                          case Verdict.Violated _ -> "violated";
                          case Verdict.Unknown unknown -> "unknown: " + unknown.obstacle();
                        }));
        return verdict;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedWorkException();
      }
    }

    private static String shortened(String address) {
      return address.length() <= 60 ? address : address.substring(0, 59) + "…";
    }

    private ExitStatus write(Epoch epoch, int before, Set<Integer> fewest) throws IOException {
      CrashState minimal = simplest(epoch, fewest);
      Verdict.Violated violated = (Verdict.Violated) judge(minimal);
      StateDescription words = new StateDescription(disk.log());
      CaseFile smaller =
          disk.file()
              .with(
                  minimal,
                  words,
                  StateFingerprints.of(disk.base().image(), disk.log(), minimal),
                  violated);
      Path target = target();
      Files.writeString(target, ResultJson.text(smaller));
      int tried = judged.size();
      say(
          "Lost were %,d of %,d writes; %s %s enough for the same violation (%s; %,d states tried):"
              .formatted(
                  before,
                  epoch.changes().size(),
                  fewest.size() == 1 ? "one" : "%,d".formatted(fewest.size()),
                  fewest.size() == 1 ? "is" : "are",
                  wanted.stream()
                      .sorted()
                      .map(Property::toString)
                      .collect(Collectors.joining(", ")),
                  tried));
      fewest.forEach(write -> say("  " + words.named(write)));
      return say("It is the case %s.".formatted(target));
    }

    private CrashState simplest(Epoch epoch, Set<Integer> fewest) {
      CrashState.Lost lost = new CrashState.Lost(epoch.firstEntry(), new TreeSet<>(fewest));
      if (fewest.size() == 1) {
        return new CrashState.Dropped(fewest.iterator().next());
      }
      List<Integer> all = epoch.changes().stream().map(LogEntry::index).toList();
      return all.size() == fewest.size() + 1
          ? new CrashState.Kept(
              all.stream().filter(each -> !fewest.contains(each)).findFirst().orElseThrow())
          : lost;
    }
  }

  private Path target() {
    Path caseFile = options.caseFile();
    String name = String.valueOf(caseFile.getFileName()).replaceFirst("\\.json$", "");
    return caseFile.resolveSibling(name + "-minimal.json");
  }

  private ExitStatus say(String sentence) {
    new TextWrap("", "  ", surroundings.console().columns())
        .lines(sentence)
        .forEach(surroundings.out()::println);
    return ExitStatus.HOLDS;
  }

  private static Mutants mutants(@Nullable String names) {
    try {
      return Mutants.named(names == null ? "" : names);
    } catch (UnknownMutantException unknown) {
      throw new UnusableInputException(
          "The case's updater had the fault %s, which this gate does not know."
              .formatted(unknown.name()));
    }
  }

  /** The image where the case's run had it: what is compared names it. */
  private static Candidate image(ResultJson.Image wanted, Workspace workspace) throws IOException {
    String reference = wanted.reference();
    int colon = reference.lastIndexOf(':');
    boolean layout = reference.startsWith("oci:") && colon > "oci:".length();
    Path directory = Path.of(layout ? reference.substring("oci:".length(), colon) : "/nowhere");
    if (!layout || !Files.isRegularFile(directory.resolve("index.json"))) {
      throw new UnusableInputException(
          "The image %s is gone, and judging a crash needs it; a check with --keep DIR leaves the images in DIR for later."
              .formatted(reference));
    }
    Candidate found =
        new ImageInspection(
                new ImageInLayout(directory, reference.substring(colon + 1), reference),
                workspace.directory())
            .candidate();
    if (!found.imageId().equals(wanted.imageId())) {
      throw new UnusableInputException(
          "%s is another image by now (%s, not %s)."
              .formatted(reference, found.imageId(), wanted.imageId()));
    }
    return found;
  }
}
