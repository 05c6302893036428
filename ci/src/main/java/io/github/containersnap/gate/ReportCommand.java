package io.github.containersnap.gate;

import io.github.containersnap.gate.report.page.ReportPage;
import io.github.containersnap.gate.report.page.ResultReader;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate report RESULT.json}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the page of a report again, from its result.json.",
      "",
      "The page, index.html, shows what `ci/gate check --report DIR` has found: the verdict, every"
          + " write of the update and what a power cut after it leaves, and each state with the"
          + " commands that make it again. It is one file, needs no network, and is a view of"
          + " result.json alone."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate report report/result.json",
      "  ci/gate report report/result.json --output /srv/www/update.html",
      "",
      "Exit status: 0 the page is written, 2 wrong usage or a file that is not a result, 3 the"
          + " page cannot be written."
    })
final class ReportCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Parameters(paramLabel = "RESULT.json", description = "The result of a check.")
  private Path result;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where to write the page (default: index.html beside RESULT.json).")
  private Optional<Path> output = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  ReportCommand() {}

  @Override
  public Integer call() throws IOException {
    Path page = output.orElseGet(() -> result.resolveSibling(ReportPage.NAME));
    if (Files.isDirectory(page)) {
      throw new UnusableInputException("--output %s is a directory; name a file.".formatted(page));
    }
    String html = new ReportPage(new ResultReader(result).read()).html();
    Files.writeString(page, html);
    gate.surroundings().out().println(page);
    gate.surroundings().out().flush();
    return ExitStatus.HOLDS.code();
  }
}
