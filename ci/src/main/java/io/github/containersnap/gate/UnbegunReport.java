package io.github.containersnap.gate;

import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.report.JUnitNote;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;
import picocli.CommandLine;

/**
 * Leaves a JUnit file in the directory of {@code --report} when a check ends without a result: a CI
 * system shows why.
 *
 * @param err for what goes wrong with that
 */
record UnbegunReport(PrintStream err) {
  private static final String OPTION = "--report";

  /**
   * Leaves the file.
   *
   * @param command the command that failed; only checks, and merges of checks, have such reports
   * @param why the sentence that was printed
   */
  void leave(CommandLine command, ExitStatus status, String why) {
    boolean check =
        switch (command.getCommandSpec().userObject()) {
          case GateMain gate -> true;
          case CheckCommand checked -> true;
          case MergeCommand merge -> mergesChecks(command);
          default -> false;
        };
    if (!check) {
      return;
    }
    report(command)
        .filter(directory -> !holdsAnArgument(command, directory))
        .ifPresent(
            directory -> {
              try {
                directory.explain(new JUnitNote(status, why));
              } catch (IOException | XMLStreamException | UnusableInputException e) {
                if (!why.equals(e.getMessage())) {
                  err.println("ci/gate: no JUnit file was left: " + e.getMessage());
                }
              }
            });
  }

  private static boolean mergesChecks(CommandLine command) {
    CommandLine.ParseResult parsed = command.getParseResult();
    return parsed != null && parsed.hasMatchedOption("--from");
  }

  /** A merge is given the reports of shards: none of them may be taken for an earlier report. */
  private static boolean holdsAnArgument(CommandLine command, ReportDirectory report) {
    Path directory = normal(report.directory());
    return command.getCommandSpec().userObject() instanceof MergeCommand
        && command.getParseResult().matchedPositionals().stream()
            .flatMap(each -> each.originalStringValues().stream())
            .anyMatch(text -> normal(Path.of(text)).startsWith(directory));
  }

  private static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static Optional<ReportDirectory> report(CommandLine command) {
    CommandLine.ParseResult parsed = command.getParseResult();
    if (parsed == null || !parsed.hasMatchedOption(OPTION)) {
      return Optional.empty();
    }
    return parsed.matchedOption(OPTION).originalStringValues().stream()
        .reduce((_, last) -> last)
        .map(text -> new ReportDirectory(Path.of(text)));
  }
}
