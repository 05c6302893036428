package io.github.containersnap.cli.output;

import io.github.containersnap.base.Json;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.lint.model.LintReport;
import io.github.containersnap.lint.model.Severity;
import java.util.List;

/**
 * {@code lint --json}, schema 1; later schemas only add fields.
 *
 * @param reference the image
 * @param errors how many findings are errors
 * @param warnings how many are warnings
 * @param ignored how many findings there are of rules that were to be ignored
 * @param findings in the order of the rules
 */
public record LintJson(
    int schema, String reference, long errors, long warnings, int ignored, List<Found> findings) {
  private static final int MOST_PATHS = 1_000;

  /**
   * A finding.
   *
   * @param paths the first thousand, absolute, in the image; control characters, bytes that are not
   *     UTF-8 and the percent sign are written %HH
   * @param pathCount how many there are
   */
  record Found(
      String severity,
      String rule,
      String topic,
      String what,
      List<String> paths,
      int pathCount,
      String why,
      String fix) {}

  /** The findings as JSON text, without a newline at the end. */
  public static String of(ImageReference image, LintReport report) {
    LintJson json =
        new LintJson(
            1,
            image.text(),
            report.count(Severity.ERROR),
            report.count(Severity.WARNING),
            report.ignored(),
            report.findings().stream()
                .map(
                    finding ->
                        new Found(
                            finding.severity().toString(),
                            finding.rule().toString(),
                            finding.rule().topic().title(),
                            finding.what(),
                            finding.paths().stream()
                                .limit(MOST_PATHS)
                                .map(path -> "/" + path)
                                .toList(),
                            finding.paths().size(),
                            finding.why(),
                            finding.fix()))
                .toList());
    return Json.pretty(json);
  }
}
