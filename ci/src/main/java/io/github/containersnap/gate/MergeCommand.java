package io.github.containersnap.gate;

import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.histories.HistoriesMerge;
import io.github.containersnap.gate.merge.MergeRun;
import io.github.containersnap.gate.merge.TransitionsMerge;
import io.github.containersnap.gate.mutants.MutantsMerge;
import io.github.containersnap.gate.mutants.MutantsResult;
import io.github.containersnap.gate.recording.RecordingDirectory;
import io.github.containersnap.gate.recording.RecordingSet;
import io.github.containersnap.gate.run.UnusableInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate merge --from DIR RESULT…}. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    description = {
      "Puts the results of all shards of a check, or of histories, together.",
      "",
      "The report is that of the check in one piece. A shard that is missing, there twice, damaged,"
          + " of another recording, of other options, or judged by another gate does not count: its"
          + " states are unknown, and the exit status is 3. The states that were to be checked are"
          + " found from the recording, not from the results.",
      "",
      "Of several transitions, RESULT is the directory of a shard's report. A transition that no"
          + " shard has checked, or two have, is unknown.",
      "",
      "Without --from: shards of ci/gate properties, or of ci/gate mutants. Histories of a shard"
          + " that does not count, and mutants that no shard has, are unknown."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate merge --from recording report-1 report-2 report-3 report-4 --report report",
      "  ci/gate merge --from recording shards/*/result.json --json",
      "  ci/gate merge part-1 part-2 part-3 part-4 --report report   # histories, or mutants",
      "",
      "Exit status: 0 the update held in all shards, 1 it did not in one, 2 usage or a recording"
          + " that cannot be used, 3 states are unknown."
    })
final class MergeCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "The recording that the shards checked; left out for histories and mutants.")
  private Optional<Path> from = Optional.empty();

  @Parameters(
      arity = "1..*",
      paramLabel = "RESULT",
      description =
          "The result.json (properties.json, mutants.json) of each shard, or the directory of its"
              + " report.")
  private List<Path> results;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write the report of the whole to DIR.")
  private Optional<Path> report = Optional.empty();

  @Option(names = "--json", description = "Print the result as JSON on standard output.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  MergeCommand() {}

  @Override
  public Integer call() throws Exception {
    if (from.isEmpty()) {
      if (json) {
        throw new UnusableInputException("--json goes with --from.");
      }
      if (results.stream().anyMatch(MergeCommand::isOfCheck)) {
        throw new UnusableInputException(
            "Shards of a check are merged with the recording that they checked: --from DIR.");
      }
      return results.stream().allMatch(MergeCommand::isOfMutants)
          ? new MutantsMerge(results, report, gate.surroundings()).run().code()
          : new HistoriesMerge(results, report, gate.surroundings()).run().code();
    }
    RecordingSet several = new RecordingSet(from.get());
    if (several.exists()) {
      return new TransitionsMerge(
              several, results, report.map(ReportDirectory::new), json, gate.surroundings())
          .run()
          .code();
    }
    return new MergeRun(
            new RecordingDirectory(from.get()),
            results,
            report.map(ReportDirectory::new),
            json,
            gate.surroundings())
        .run()
        .code();
  }

  private static boolean isOfCheck(Path result) {
    return result.endsWith("result.json") || Files.exists(result.resolve("result.json"));
  }

  private static boolean isOfMutants(Path result) {
    return Files.isDirectory(result)
        ? Files.exists(result.resolve(MutantsResult.NAME))
        : result.endsWith(MutantsResult.NAME);
  }
}
