package io.github.containersnap.cli.output;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.LintReport;
import io.github.containersnap.lint.model.Severity;
import io.github.containersnap.lint.model.Topic;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;

/** What {@code lint} found, for people. */
public final class LintText {
  private static final int FEW = 5;
  private static final int COLUMNS = 80;
  private static final TextWrap PLAIN = new TextWrap("", "", COLUMNS);

  private LintText() {}

  /** Prints the findings. */
  public static void print(ImageReference image, LintReport report, PrintWriter out) {
    for (Topic topic : Topic.values()) {
      List<Finding> findings =
          report.findings().stream().filter(finding -> finding.rule().topic() == topic).toList();
      if (!findings.isEmpty()) {
        out.println(topic.title());
        findings.forEach(finding -> lines(finding).forEach(out::println));
        out.println();
      }
    }
    PLAIN.lines(summary(image, report)).forEach(out::println);
  }

  private static Stream<String> lines(Finding finding) {
    return Stream.of(
            new TextWrap("  %s: ".formatted(finding.severity()), "    ", COLUMNS)
                .lines("%s [%s]".formatted(finding.what(), finding.rule())).stream(),
            paths(finding.paths()),
            new TextWrap("    Why: ", "         ", COLUMNS).lines(finding.why()).stream(),
            new TextWrap("    Fix: ", "         ", COLUMNS).lines(finding.fix()).stream())
        .flatMap(lines -> lines);
  }

  private static Stream<String> paths(List<String> paths) {
    Stream<String> first = paths.stream().limit(FEW).map(path -> "      /" + path);
    return paths.size() <= FEW
        ? first
        : Stream.concat(first, Stream.of("      and %,d more".formatted(paths.size() - FEW)));
  }

  private static String summary(ImageReference image, LintReport report) {
    long errors = report.count(Severity.ERROR);
    long warnings = report.count(Severity.WARNING);
    String ignored =
        report.ignored() == 0 ? "" : " (%s ignored)".formatted(count(report.ignored(), "finding"));
    if (errors == 0 && warnings == 0) {
      return "%s has no findings%s: it can be published.".formatted(image, ignored);
    }
    return errors == 0
        ? "%s has no errors and %s%s: it can be deployed."
            .formatted(image, count(warnings, "warning"), ignored)
        : "%s has %s and %s%s: it should not be published as it is."
            .formatted(image, count(errors, "error"), count(warnings, "warning"), ignored);
  }

  private static String count(long number, String noun) {
    return number == 1 ? "1 " + noun : "%,d %ss".formatted(number, noun);
  }
}
