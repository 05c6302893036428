package io.github.containersnap.gate.compare;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.gate.check.CheckRun;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnfitMachineException;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.updater.ExperimentFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** Checks the same update with one updater after another, and puts the results side by side. */
public final class CompareRun {
  private static final String JSON = "comparison.json";
  private static final String TEXT = "comparison.txt";
  private static final String PAGE = "index.html";

  private final CompareOptions options;
  private final PairSource source;
  private final GateContext surroundings;
  private String oldImage = "?";
  private String newImage = "?";

  /** A comparison with a pair of images. */
  public CompareRun(CompareOptions options, PairSource source, GateContext surroundings) {
    this.options = options;
    this.source = source;
    this.surroundings = surroundings;
  }

  /** Compares. A row that cannot be filled says why, and the others are filled all the same. */
  public ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    List<CompareOptions.Wanted> wanted = options.rows();
    Optional<Path> report = options.report();
    if (report.isPresent()) {
      new OutputDirectory("--report", report.get()).requireWritable();
      for (String file : List.of(JSON, TEXT, PAGE)) {
        Files.deleteIfExists(report.get().resolve(file));
      }
    }
    List<ComparedCell> rows = new ArrayList<>();
    for (CompareOptions.Wanted row : wanted) {
      surroundings
          .console()
          .explain(
              "Row %d of %d: %s on %s."
                  .formatted(
                      rows.size() + 1,
                      wanted.size(),
                      row.updater().title(),
                      row.filesystem().type()));
      rows.add(filled(row));
      write(comparison(rows));
    }
    Comparison comparison = comparison(rows);
    publish(comparison);
    return comparison.status();
  }

  private Comparison comparison(List<ComparedCell> rows) {
    return new Comparison(1, oldImage, newImage, options.states(), rows);
  }

  private ComparedCell filled(CompareOptions.Wanted row)
      throws IOException, InterruptedException, XMLStreamException {
    try {
      CheckResult result =
          new CheckRun(options.plan(row), Scenario.USUAL, source, surroundings)
              .reportingTo(
                  options
                      .report()
                      .map(whole -> new ReportDirectory(whole.resolve(row.directory()))))
              .inPart();
      oldImage = result.update().oldImage().reference();
      newImage = result.update().newImage().reference();
      return cell(row, Optional.empty(), Optional.of(ComparedCell.Figures.of(result)));
    } catch (UnusableInputException
        | UnfitMachineException
        | ExperimentFailedException
        | CommandFailedException
        | IllegalStateException
        | UncheckedIOException failed) {
      surroundings.interruption().check();
      surroundings.console().endBar();
      String why = String.valueOf(failed.getMessage()).strip();
      surroundings.err().println("ci/gate: %s: %s".formatted(row.name(), why));
      return cell(row, Optional.of(why), Optional.empty());
    }
  }

  private ComparedCell cell(
      CompareOptions.Wanted row,
      Optional<String> notCompared,
      Optional<ComparedCell.Figures> figures) {
    return new ComparedCell(
        row.name(),
        row.updater().title(),
        row.filesystem().type(),
        notCompared.orElse(null),
        figures.orElse(null),
        row.updater().ignored(),
        options.report().isPresent() && figures.isPresent() ? row.directory() : null);
  }

  private void publish(Comparison comparison) throws IOException {
    String json = ResultJson.text(comparison);
    PrintStream people = options.json() ? surroundings.err() : surroundings.out();
    people.println();
    new ComparisonText(comparison, surroundings.console().columns()).print(people);
    if (options.json()) {
      surroundings.out().print(json);
      surroundings.out().flush();
    }
    options
        .report()
        .ifPresent(
            report ->
                surroundings.console().explain("The page to look at: " + report.resolve(PAGE)));
  }

  /** After each row, so that an interruption leaves those that are filled. */
  private void write(Comparison comparison) throws IOException {
    if (options.report().isPresent()) {
      Path report = options.report().get();
      Files.writeString(report.resolve(JSON), ResultJson.text(comparison));
      Files.writeString(report.resolve(TEXT), text(comparison));
      Files.writeString(report.resolve(PAGE), new ComparisonPage(comparison).html());
    }
  }

  private static String text(Comparison comparison) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ComparisonText(comparison, 80).print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
