package io.github.containersnap.gate;

import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.merge.MergeRun;
import io.github.containersnap.gate.recording.RecordingDirectory;
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
      "Puts the results of all shards of a check together.",
      "",
      "The report is that of the check in one piece. A shard that is missing, there twice, damaged,"
          + " of another recording, of other options, or judged by another gate does not count: its"
          + " states are unknown, and the exit status is 3. The states that were to be checked are"
          + " found from the recording, not from the results."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate merge --from recording report-1 report-2 report-3 report-4 --report report",
      "  ci/gate merge --from recording shards/*/result.json --json",
      "",
      "Exit status: 0 the update held in all shards, 1 it did not in one, 2 usage or a recording"
          + " that cannot be used, 3 states are unknown."
    })
final class MergeCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      required = true,
      description = "The recording that the shards checked.")
  private Path from;

  @Parameters(
      arity = "1..*",
      paramLabel = "RESULT",
      description = "The result.json of each shard, or the directory of its report.")
  private List<Path> results;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write the report of the whole check to DIR.")
  private Optional<Path> report = Optional.empty();

  @Option(names = "--json", description = "Print the result as JSON on standard output.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  MergeCommand() {}

  @Override
  public Integer call() throws Exception {
    return new MergeRun(
            new RecordingDirectory(from),
            results,
            report.map(ReportDirectory::new),
            json,
            gate.surroundings())
        .run()
        .code();
  }
}
