package io.github.containersnap.gate;

import io.github.containersnap.gate.benchmark.BenchmarkPage;
import io.github.containersnap.gate.benchmark.BenchmarkResult;
import io.github.containersnap.gate.histories.HistoriesPage;
import io.github.containersnap.gate.histories.HistoriesResult;
import io.github.containersnap.gate.mutants.MutantsPage;
import io.github.containersnap.gate.mutants.MutantsResult;
import io.github.containersnap.gate.report.compare.ComparedResult;
import io.github.containersnap.gate.report.compare.ComparisonPage;
import io.github.containersnap.gate.report.compare.ComparisonText;
import io.github.containersnap.gate.report.compare.ResultComparison;
import io.github.containersnap.gate.report.page.ReportPage;
import io.github.containersnap.gate.report.page.ResultReader;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate report RESULT.json}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the page of a report again, from its result.json; or compares two.",
      "",
      "The page, index.html, shows what `ci/gate check --report DIR` has found: the verdict, every"
          + " write of the update and what a power cut after it leaves, and each state with the"
          + " commands that make it again. It is one file, needs no network, and is a view of"
          + " result.json alone.",
      "",
      "--compare sets two results of checks side by side: which states became violated, unknown or"
          + " right, what does not hold in each, and verdicts, states, writes, flushes and time."
          + " States of two recordings are compared by their moment: the step of the update, the"
          + " epoch in it, the write in that."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate report report/result.json",
      "  ci/gate report report/result.json --output /srv/www/update.html",
      "  ci/gate report --compare released/ candidate/",
      "  ci/gate report --compare released/ candidate/ --output compare.html",
      "",
      "Exit status: 0 the page is written, or B is not worse than A; 1 B violates something that A"
          + " does not; 2 wrong usage or a file that is not a result; 3 the page cannot be written,"
          + " or B has states that could not be judged."
    })
final class ReportCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Parameters(
      paramLabel = "RESULT.json",
      arity = "1..2",
      description =
          "The result of a check (result.json), of histories (properties.json), of mutants"
              + " (mutants.json) or of a benchmark (benchmark.json), or the directory of its"
              + " report; with --compare two of checks, A and B.")
  private List<Path> results = List.of();

  @Option(
      names = "--compare",
      description = "Compare two results, A and B; ends with 1 if B is worse.")
  private boolean compare;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where to write the page (default: index.html beside RESULT.json; of a comparison no page"
              + " is written without it).")
  private Optional<Path> output = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  ReportCommand() {}

  @Override
  public Integer call() throws IOException {
    if (results.size() != (compare ? 2 : 1)) {
      throw new UnusableInputException(
          compare
              ? "--compare needs two results, A and B."
              : "One result has one page; --compare compares two.");
    }
    output
        .filter(Files::isDirectory)
        .ifPresent(
            page -> {
              throw new UnusableInputException(
                  "--output %s is a directory; name a file.".formatted(page));
            });
    return compare ? compared(results.getFirst(), results.getLast()) : again(results.getFirst());
  }

  private int again(Path named) throws IOException {
    Path result = Files.isDirectory(named) ? inDirectory(named) : named;
    Path page = output.orElseGet(() -> result.resolveSibling(ReportPage.NAME));
    write(page, page(result));
    gate.surroundings().out().println(page);
    gate.surroundings().out().flush();
    return ExitStatus.HOLDS.code();
  }

  private static Path inDirectory(Path report) {
    return Stream.of(HistoriesResult.NAME, MutantsResult.NAME, BenchmarkResult.NAME)
        .map(report::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseGet(() -> report.resolve("result.json"));
  }

  /** Files are told apart by the names that the gate gives them. */
  private static String page(Path result) throws IOException {
    return switch (String.valueOf(result.getFileName())) {
      case HistoriesResult.NAME -> new HistoriesPage(HistoriesResult.read(result)).html();
      case MutantsResult.NAME -> new MutantsPage(MutantsResult.read(result)).html();
      case BenchmarkResult.NAME -> new BenchmarkPage(BenchmarkResult.read(result)).html();
      default -> new ReportPage(new ResultReader(result).read()).html();
    };
  }

  private int compared(Path before, Path after) throws IOException {
    ResultComparison comparison =
        new ResultComparison(ComparedResult.read(before), ComparedResult.read(after));
    if (output.isPresent()) {
      write(output.get(), new ComparisonPage(comparison).html());
    }
    new ComparisonText(comparison, gate.surroundings().console().columns())
        .print(gate.surroundings().out());
    return comparison.status().code();
  }

  private static void write(Path page, String html) throws IOException {
    Files.writeString(page, html);
  }
}
