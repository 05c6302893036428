package io.github.containersnap.gate.benchmark;

import io.github.containersnap.gate.report.page.Markup;
import io.github.containersnap.gate.report.page.PlainPage;
import java.util.List;
import java.util.Locale;

/** {@code benchmark.json} as a page for people. */
public final class BenchmarkPage {
  private final BenchmarkResult result;

  /** The page of a result. */
  public BenchmarkPage(BenchmarkResult result) {
    this.result = result;
  }

  /** The text of the file, to be written in UTF-8. */
  public String html() {
    boolean agrees = result.verdict().equals("holds");
    PlainPage page =
        new PlainPage(
            agrees ? "holds" : "violated",
            agrees ? "Measured" : "Not the same",
            result.findings().isEmpty() ? "" : result.findings().getFirst(),
            result.what());
    page.section(
        "runs",
        "Wall time",
        "From the fastest to the slowest run; the line is the median.",
        bars());
    page.section(
        "figures",
        "In figures",
        "",
        PlainPage.table(
            "figures",
            List.of(
                "What",
                "#Runs",
                "#Min s",
                "#Median s",
                "#Max s",
                "#States",
                "#States/s",
                "Outcome"),
            result.measurements().stream().map(BenchmarkPage::row).toList()));
    if (result.findings().size() > 1) {
      page.section("findings", "What follows", "", PlainPage.items(result.findings()));
    }
    return page.html(BenchmarkResult.NAME, "ci/gate report benchmark.json");
  }

  private static List<String> row(BenchmarkResult.Measurement each) {
    boolean judged = each.states() > 0;
    return List.of(
        each.name(),
        "" + each.seconds().size(),
        seconds(each.fastest()),
        seconds(each.median()),
        seconds(each.slowest()),
        judged ? String.format(Locale.ROOT, "%,d", each.states()) : "",
        judged
            ? String.format(Locale.ROOT, "%,.1f", each.states() / Math.max(0.001, each.median()))
            : "",
        each.outcome());
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  private String bars() {
    double longest =
        result.measurements().stream()
            .mapToDouble(BenchmarkResult.Measurement::slowest)
            .max()
            .orElse(0);
    StringBuilder html = new StringBuilder();
    for (BenchmarkResult.Measurement each : result.measurements()) {
      double from = share(each.fastest(), longest);
      double to = share(each.slowest(), longest);
      html.append(
          String.format(
              Locale.ROOT,
              "<div class=\"lane-name\"><b>%s</b><span>%.3f s</span></div>\n"
                  + "<div class=\"lane timing\" role=\"img\" aria-label=\"%s: %.3f to %.3f"
                  + " seconds\"><i class=\"reach\""
                  + " style=\"left:%.2f%%;width:max(2px,%.2f%%)\"></i><i class=\"median\""
                  + " style=\"left:%.2f%%\"></i></div>\n",
              Markup.escaped(each.name()),
              each.median(),
              Markup.escaped(each.name()),
              each.fastest(),
              each.slowest(),
              from,
              to - from,
              share(each.median(), longest)));
    }
    return html.toString();
  }

  private static double share(double seconds, double longest) {
    return longest == 0 ? 0 : 98 * seconds / longest;
  }
}
