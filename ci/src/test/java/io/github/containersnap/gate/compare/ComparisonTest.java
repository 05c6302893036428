package io.github.containersnap.gate.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static ComparedCell.Figures figures(int old, int mixed, int unknown) {
    return new ComparedCell.Figures(
        59,
        unknown == 0 ? 59 : 8904,
        old,
        59 - old - mixed - unknown,
        mixed,
        0,
        0,
        unknown,
        2,
        1,
        mixed,
        Map.of("none", 0, "reinstall", mixed),
        Map.of("none", mixed, "reinstall", mixed),
        mixed == 0 ? Map.of() : Map.of("P1", mixed),
        3.25,
        12L << 20,
        1543,
        58);
  }

  private static ComparedCell row(String name, ComparedCell.Figures figures) {
    return new ComparedCell(
        name, "a <title>", "ext4", null, figures, List.of("var/log"), name + "-ext4");
  }

  private static Comparison of(ComparedCell... rows) {
    return new Comparison(1, "old:1", "new:2", "flush", List.of(rows));
  }

  private static ComparedCell withoutFigures() {
    return new ComparedCell("rpm", "rpm", "xfs", "no room", null, List.of(), null);
  }

  @Test
  void what_another_updater_loses_is_no_failure() {
    assertThat(of(row("dpkg", figures(11, 24, 0))).status()).isEqualTo(ExitStatus.HOLDS);
  }

  @Test
  void what_container_snap_loses_is_one() {
    assertThat(of(row("container-snap", figures(11, 24, 0))).status())
        .isEqualTo(ExitStatus.VIOLATED);
    assertThat(of(row("container-snap", figures(11, 0, 0))).status()).isEqualTo(ExitStatus.HOLDS);
  }

  @Test
  void what_was_not_judged_is_never_a_pass() {
    assertThat(of(row("dpkg", figures(11, 24, 1))).status()).isEqualTo(ExitStatus.CANNOT_TELL);
    assertThat(of(withoutFigures()).status()).isEqualTo(ExitStatus.CANNOT_TELL);
    assertThat(of().status()).isEqualTo(ExitStatus.CANNOT_TELL);
  }

  @Test
  void the_table_fits_80_columns_and_says_what_repairs() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ComparisonText(of(row("dpkg", figures(11, 24, 1)), withoutFigures()), 80)
        .print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String text = bytes.toString(StandardCharsets.UTF_8);

    assertThat(text.lines()).allMatch(line -> line.length() <= 80);
    assertThat(text)
        .containsPattern("a <title> +ext4 +59 +11 +23 +24 +0 +0 +2\n")
        .containsPattern("a\\s+sample\\s+of\\s+8,904\\s+cut\\s+points;")
        .containsPattern("1,543\\s+writes,\\s+58\\s+flushes;\\s+1\\s+unknown;")
        .containsPattern("reinstall\\s+repairs\\s+24\\s+of\\s+24")
        .containsPattern("not\\s+judged: var/log")
        .contains("not compared: no room");
  }

  @Test
  void the_page_shows_every_row_and_escapes_what_others_wrote() {
    String page = new ComparisonPage(of(row("dpkg", figures(11, 24, 1)), withoutFigures())).html();

    assertThat(page)
        .contains("<a href=\"dpkg-ext4/index.html\">a &lt;title&gt;</a>")
        .contains("Not compared: no room")
        .contains("<td>59 of 8,904</td>")
        .contains("<code>var/log</code>")
        .doesNotContain("{{")
        .doesNotContain("<script");
  }

  @Test
  void the_file_has_the_figures_and_says_why_a_row_has_none() {
    assertThat(ResultJson.text(of(row("dpkg", figures(11, 24, 1)), withoutFigures())))
        .contains("\"new\" : \"new:2\"", "\"mixed\" : 24", "\"notCompared\" : \"no room\"")
        .doesNotContain("null");
  }
}
