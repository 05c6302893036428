package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.check.RecordedUpdater;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.check.WrittenKinds;
import io.github.containersnap.gate.recording.RecordingDirectory;
import io.github.containersnap.gate.recording.RecordingFile;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.CheckedUpdate;
import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.report.RecordedLog;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.report.SummaryTable;
import io.github.containersnap.gate.report.SweepResult;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.StateFingerprints;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;

/** Puts the results of the shards of a check together, and reports what the check comes to. */
public final class MergeRun {
  private static final String RESULT = "result.json";

  private final RecordingDirectory directory;
  private final List<Path> files;
  private final Optional<ReportDirectory> report;
  private final boolean json;
  private final GateContext surroundings;
  private final Optional<ResultJson.Selection> wanted;

  /**
   * A merge.
   *
   * @param directory the recording that was checked
   * @param results results of shards, or the directories of their reports
   * @param report where the report of the whole is written, if it is
   * @param json whether standard output is the result as JSON
   */
  public MergeRun(
      RecordingDirectory directory,
      List<Path> results,
      Optional<ReportDirectory> report,
      boolean json,
      GateContext surroundings) {
    this.directory = directory;
    this.files =
        results.stream()
            .map(path -> Files.isDirectory(path) ? path.resolve(RESULT) : path)
            .toList();
    this.report = report;
    this.json = json;
    this.surroundings = surroundings;
    this.wanted = Optional.empty();
  }

  private MergeRun(MergeRun other, ResultJson.Selection wanted) {
    this.directory = other.directory;
    this.files = other.files;
    this.report = other.report;
    this.json = other.json;
    this.surroundings = other.surroundings;
    this.wanted = Optional.of(wanted);
  }

  /** The same, of results that were checked with these options. */
  MergeRun of(ResultJson.Selection selection) {
    return new MergeRun(this, selection);
  }

  /** Merges, writes the report and prints the summary. */
  public ExitStatus run() throws IOException, XMLStreamException {
    CheckResult result = merge();
    publish(result, json ? surroundings.err() : surroundings.out());
    if (json) {
      surroundings.out().print(ResultJson.of(result).text());
      surroundings.out().flush();
    }
    return result.status();
  }

  /** As a part of something larger, which says on standard output what it comes to. */
  CheckResult inPart() throws IOException, XMLStreamException {
    CheckResult result = merge();
    publish(result, surroundings.err());
    return result;
  }

  private CheckResult merge() throws IOException {
    report.ifPresent(
        target ->
            new OutputDirectory("--report", target.directory()).requireNoneReplaced(files, RESULT));
    RecordingFile file = directory.read();
    try (Workspace workspace = surroundings.openWorkspace()) {
      surroundings.part("unpacking the disk before the update, and the log …");
      RecordingDirectory.Disks disks = directory.unpack(file, workspace.directory());
      return merged(file, disks);
    }
  }

  private CheckResult merged(RecordingFile file, RecordingDirectory.Disks disks) {
    surroundings.part("reading %d results …".formatted(files.size()));
    ShardReader reader = new ShardReader(file, new StateDescription(disks.log()));
    List<ShardResult> results = new ArrayList<>();
    List<RefusedResult> refused = new ArrayList<>();
    for (Path each : files) {
      try {
        ShardResult result = reader.read(each);
        if (!wanted.map(result.result().selection()::equals).orElse(true)) {
          throw new ShardReader.RefusedException(
              "it was checked with other options than the other transitions");
        }
        results.add(result);
      } catch (ShardReader.RefusedException e) {
        refused.add(new RefusedResult(each, String.valueOf(e.getMessage())));
      }
    }
    if (results.isEmpty()) {
      refused.forEach(this::say);
      throw new NothingToMergeException(
          "None of %d results is of a shard of %s; nothing is known of the update."
              .formatted(files.size(), directory.directory()));
    }
    StateSelection selection = new ShardSelection(results.getFirst().result().selection()).read();
    surroundings.part("finding out which states were to be checked …");
    SelectedStates states = selection.of(disks.log(), disks.base().image(), reportedAt(disks));
    ShardMerge merge = ShardMerge.of(states.chosen(), results);
    Stream.concat(refused.stream(), merge.refused().stream()).forEach(this::say);
    return result(file, disks, selection, states, merge, refused.size());
  }

  private static int reportedAt(RecordingDirectory.Disks disks) {
    return disks
        .log()
        .indexOfMark(Recording.REPORTED)
        .orElseThrow(
            () ->
                new UnusableInputException(
                    "The log of the recording has no mark of success; record the update again."));
  }

  private void say(RefusedResult refused) {
    surroundings.err().println("ci/gate: " + refused.inWords());
  }

  private CheckResult result(
      RecordingFile file,
      RecordingDirectory.Disks disks,
      StateSelection selection,
      SelectedStates states,
      ShardMerge merge,
      int refused) {
    Set<String> machines = new HashSet<>();
    merge
        .counted()
        .forEach(
            each -> {
              if (each.result().shard() != null) {
                machines.addAll(each.result().shard().machines());
              }
            });
    List<String> problems = new ArrayList<>(merge.problems());
    if (refused + merge.refused().size() > 0) {
      problems.add("results were refused");
    }
    return new CheckResult(
        new CheckedUpdate(
            image(file.old()),
            image(file.newImage()),
            RecordedUpdater.unrun(file),
            RecordedUpdater.scenario(file),
            true,
            notJudged(merge)),
        new RecordedLog(
            disks.log(),
            WrittenKinds.of(disks.base(), disks.log()),
            new DiskDigests(
                file.disk().bytes(),
                file.disk().filesystemUuid(),
                file.disk().baseSha256(),
                file.disk().logEntries(),
                file.disk().logSha256(),
                file.disk().kind()),
            Duration.ofMillis(Math.round(file.seconds() * 1000))),
        selection,
        new SweepResult(
            states,
            sum(merge, each -> each.result().states().classes()),
            machines.size(),
            sum(merge, each -> each.result().states().lookedAt()),
            sum(merge, each -> each.result().outcomes().newOnce()),
            merge.verdicts(),
            merge.classes(),
            StateFingerprints.of(
                disks.base().image(),
                disks.log(),
                merge.verdicts().stream()
                    .filter(each -> each.verdict() instanceof Verdict.Violated)
                    .map(StateVerdict::state)
                    .toList()),
            Duration.ofMillis(
                sum(merge, each -> (int) Math.round(each.result().seconds().check() * 1000)))),
        ShardBoots.together(
            merge.counted().stream().flatMap(each -> each.boots().stream()).toList(),
            Duration.ofMillis(
                sum(merge, each -> (int) Math.round(each.result().seconds().boot() * 1000)))),
        Optional.of(directory.directory()),
        Optional.empty(),
        problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems)));
  }

  /** As the shards say: the updater may lie elsewhere, or not be here. */
  private static List<String> notJudged(ShardMerge merge) {
    return merge.counted().stream()
        .flatMap(each -> Stream.ofNullable(each.result().neither()))
        .flatMap(neither -> neither.notJudged().stream())
        .distinct()
        .toList();
  }

  private static int sum(ShardMerge merge, java.util.function.ToIntFunction<ShardResult> number) {
    return merge.counted().stream().mapToInt(number).sum();
  }

  private static Candidate image(ResultJson.Image image) {
    return new Candidate(
        image.reference(), image.imageId(), TreeManifest.empty(), SmallFileContents.of(_ -> false));
  }

  private void publish(CheckResult result, PrintStream summary)
      throws IOException, XMLStreamException {
    new SummaryTable(result, surroundings.console().columns()).print(summary);
    summary.flush();
    if (report.isPresent()) {
      report.get().prepare();
      report.get().write(result);
      surroundings.console().explain("The page to look at: " + report.get().page());
    }
  }
}
