package io.github.containersnap.gate.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Objects;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser's parser reads it, before its script runs. */
class ReportPageTest {
  private static final int MEGABYTE = 1_000_000;

  @TempDir Path directory;
  private WriteLog log;

  @BeforeEach
  void makeTheLog() {
    log = ExampleLog.in(directory);
  }

  private static Document page(ExampleResult example) {
    return Jsoup.parse(new ReportPage(ResultJson.of(example.result())).html());
  }

  private static JsonNode data(Document page) throws Exception {
    return JsonMapper.builder().build().readTree(page.expectFirst("#data").data());
  }

  @Test
  void a_run_that_holds_says_so_in_one_sentence() {
    Document page = page(ExampleResult.holding(log));

    assertThat(page.title()).isEqualTo("Holds: container-snap: power cuts during the update");
    assertThat(page.expectFirst("h1").text()).isEqualTo("Holds");
    assertThat(page.expectFirst(".sentence").text())
        .isEqualTo(
            "After a power cut at each of 9 points the machine boots the old or the new system,"
                + " whole.");
    assertThat(Objects.requireNonNull(page.expectFirst("#faults").parent()).hasAttr("hidden"))
        .isTrue();
  }

  @Test
  void a_violated_run_names_the_fault_and_counts_its_states() {
    Document page = page(ExampleResult.violated(log));

    assertThat(page.expectFirst(".sentence").text())
        .isEqualTo(
            "After 3 of 6 power cuts something does not hold: P1 (atomic) after 3, P2 (durable)"
                + " after 1.");
    assertThat(page.expectFirst(".subject").text())
        .startsWith("container-snap with the planted fault no-commit-after-switch");
    assertThat(page.select("#faults tbody tr").eachText())
        .containsExactly(
            "P1 the boot loader would start new, whose kernel"
                + " /usr/lib/modules/…+deb13-cloud-amd64/vmlinuz it cannot find 3",
            "P2 the update had reported success, but the machine boots old 1");
  }

  @Test
  void what_was_not_looked_at_is_said() {
    assertThat(page(ExampleResult.holding(log)).select("#not-looked-at li").eachText())
        .contains(
            "Writes that a disk reorders or tears between two flushes: --states all.",
            "Real boots, with firmware, GRUB, kernel and init: --boot.");
  }

  @Test
  void the_script_is_given_the_log_the_map_and_the_words() throws Exception {
    JsonNode data = data(page(ExampleResult.violated(log)));

    assertThat(data.path("map").path("states").path("prefix").asText())
        .as("places count from the last one of the run before")
        .isEqualTo("0-1=o1 4-1=v0.2 3=o1 2=v1.2");
    assertThat(data.path("log").path("sequence").asText()).isEqualTo("d1 f k*2 d1*2 f k s1 k d1 f");
    assertThat(data.path("words").path("prefix:11").toString()).isEqualTo("[1,0]");
    assertThat(data.path("texts").path(1).asText())
        .isEqualTo("the update had reported success, but the machine boots old");
  }

  @Test
  void text_from_a_result_stays_text() throws Exception {
    String hostile =
        "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028{{data}} & \"'";
    Document page =
        page(
            ExampleResult.violated(log)
                .with(
                    ExampleResult.holds(0, io.github.containersnap.harness.property.Side.OLD),
                    ExampleResult.violates(5, new Violation(Property.P1, hostile))));

    assertThat(page.select("script")).hasSize(2);
    assertThat(page.select("img, iframe, object, embed, link, base, form")).isEmpty();
    assertThat(page.expectFirst("#faults td").text()).contains("</script><script>");
    assertThat(data(page).path("texts").path(0).asText()).isEqualTo(hostile);
    assertThat(page.expectFirst("#data").data()).doesNotContain("\u2028", "<", ">");
  }

  @Test
  void the_page_needs_nothing_but_itself_and_runs_no_other_script() throws Exception {
    Document page = page(ExampleResult.violated(log));

    Element policy = page.expectFirst("meta[http-equiv=Content-Security-Policy]");
    String script = Objects.requireNonNull(page.select("script").last()).data();
    String digest =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(script.getBytes(StandardCharsets.UTF_8)));
    assertThat(policy.attr("content"))
        .startsWith("default-src 'none'; script-src 'sha256-%s';".formatted(digest));
    assertThat(page.select("[src]")).isEmpty();
    assertThat(page.select("a[href]"))
        .allSatisfy(link -> assertThat(link.attr("href")).startsWith("#"));
    assertThat(page.html()).doesNotContain("http://", "https://", "@import", "url(");
  }

  @Test
  void headings_tables_and_regions_have_names() {
    Document page = page(ExampleResult.violated(log));

    assertThat(page.expectFirst("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("main")).hasSize(1);
    assertThat(page.select("h1")).hasSize(1);
    assertThat(page.select("section"))
        .allSatisfy(
            section ->
                assertThat(page.getElementById(section.attr("aria-labelledby"))).isNotNull());
    assertThat(page.select("thead th")).allSatisfy(th -> assertThat(th.hasAttr("scope")).isTrue());
  }

  @Test
  void the_report_has_the_page_that_its_result_alone_gives() throws Exception {
    new ReportDirectory(directory.resolve("report")).write(ExampleResult.violated(log).result());

    assertThat(directory.resolve("report/index.html"))
        .hasContent(
            new ReportPage(new ResultReader(directory.resolve("report/result.json")).read())
                .html());
  }

  @Test
  void a_hundred_thousand_states_fit_into_a_megabyte() throws Exception {
    for (boolean violated : new boolean[] {false, true}) {
      ResultJson result = LargeResult.in(directory, violated);
      Path file = Files.writeString(directory.resolve("result.json"), result.text());
      assertThat(result.states().checked()).isEqualTo(LargeResult.STATES);

      String html = new ReportPage(new ResultReader(file).read()).html();

      assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(MEGABYTE);
      assertThat(data(Jsoup.parse(html)).path("wordsLeftOut").asInt() > 0).isEqualTo(violated);
    }
  }
}
