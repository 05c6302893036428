package io.github.containersnap.gate.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.gate.GateRun;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.property.FaultKind;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantReportTest {
  @TempDir private Path directory;

  private static final MutantReport.Line CAUGHT =
      new MutantReport.Line(
          MutantTarget.of(Mutant.FULL_DISK_IGNORED),
          new MutantReport.Catch.Caught(
              FaultKind.FULL_DISK,
              new Violation(Property.P7, "/etc/passwd is cut short"),
              "the disk is full from step 6 on",
              2));

  private static final MutantReport.Line EQUIVALENT =
      new MutantReport.Line(
          MutantTarget.of(Mutant.NO_COMMIT_OF_THE_DEPLOYMENT),
          new MutantReport.Catch.Missed(
              List.of(
                  new MutantReport.Looked(FaultKind.POWER_CUT, 1_200),
                  new MutantReport.Looked(FaultKind.IO_ERROR, 1))));

  private static final MutantReport.Line MISSED =
      new MutantReport.Line(
          MutantTarget.of(Mutant.NO_LOCK),
          new MutantReport.Catch.Missed(
              List.of(new MutantReport.Looked(FaultKind.TWO_AT_ONCE, 4))));

  private static final MutantReport.Line UNKNOWN =
      new MutantReport.Line(
          MutantTarget.of(Mutant.MENU_IN_PLACE), new MutantReport.Catch.CannotTell("no device"));

  private static String printed(MutantReport.Line... lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new MutantReport(List.of(lines)).print(new PrintStream(bytes, false, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static ExitStatus status(MutantReport.Line... lines) {
    return new MutantReport(List.of(lines)).status();
  }

  @Test
  void each_row_names_the_fault_that_shows_it_the_property_and_how_often_it_had_to_happen() {
    assertThat(printed(CAUGHT, EQUIVALENT, MISSED))
        .contains("full-disk-ignored", "caught", "P7: a disk that fills up, after 2 tries")
        .contains("equivalent", "none of 1,200 states (a power cut), none of 1 try (an I/O error)")
        .contains("no-lock", "MISSED", "none of 4 tries (two at once)")
        .contains("3 mutants: 1 caught, 1 proved to change nothing, 1 missed, 0 unknown.");
  }

  @Test
  void the_json_has_an_object_for_each_with_the_fields_of_the_contract() throws Exception {
    JsonNode list =
        JsonMapper.builder()
            .build()
            .readTree(new MutantReport(List.of(CAUGHT, EQUIVALENT, MISSED, UNKNOWN)).json());

    assertThat(list)
        .allSatisfy(
            each ->
                assertThat(each.fieldNames())
                    .toIterable()
                    .containsExactly(
                        "name",
                        "caught",
                        "equivalent",
                        "fault",
                        "property",
                        "state",
                        "states",
                        "unknown"));
    assertThat(
            StreamSupport.stream(list.spliterator(), false)
                .map(it -> it.path("caught").asBoolean()))
        .containsExactly(true, false, false, false);
    assertThat(list.path(0).path("fault").asText()).isEqualTo("full-disk");
    assertThat(list.path(0).path("property").asText()).isEqualTo("P7");
    assertThat(list.path(1).path("states").asInt()).isEqualTo(1_201);
    assertThat(list.path(1).path("equivalent").isNull()).isFalse();
    assertThat(list.path(2).path("equivalent").isNull()).isTrue();
    assertThat(list.path(3).path("unknown").asText()).isEqualTo("no device");
  }

  @Test
  void the_page_is_a_view_of_the_json_and_names_what_was_missed() throws Exception {
    new MutantReport(List.of(CAUGHT, EQUIVALENT, MISSED, UNKNOWN)).result().writeTo(directory);

    MutantsResult read = MutantsResult.read(directory.resolve("mutants.json"));
    Document page = Jsoup.parse(new MutantsPage(read).html());

    assertThat(directory.resolve("index.html")).hasContent(new MutantsPage(read).html());
    assertThat(page.select("h1").text()).isEqualTo("Missed");
    assertThat(page.select(".sentence").text())
        .isEqualTo("1 of 3 updaters with a known fault were caught; 1 were missed.");
    assertThat(page.select("#missed ~ .scroll tbody th").text()).isEqualTo("no-lock");
    assertThat(page.select("#unknown ~ .scroll").text()).contains("menu-in-place", "no device");
    assertThat(page.select("script, [src]")).isEmpty();
  }

  @Test
  void a_file_that_holds_no_mutants_is_refused() throws Exception {
    for (String text : List.of("{}", "[1]", "[null]", "[{\"caught\":true,\"states\":1}]", "[")) {
      Path file = Files.writeString(directory.resolve("mutants.json"), text);

      assertThatExceptionOfType(UnusableInputException.class)
          .isThrownBy(() -> MutantsResult.read(file))
          .withMessageStartingWith(file + " is not a result of ci/gate mutants: ");
    }
  }

  @Test
  void a_merge_takes_every_mutant_once_and_what_no_shard_has_is_unknown() throws Exception {
    Path one = Files.createDirectories(directory.resolve("one"));
    Path other = Files.createDirectories(directory.resolve("other"));
    Path all = directory.resolve("all");
    new MutantReport(List.of(CAUGHT, EQUIVALENT)).result().writeTo(one);
    new MutantReport(List.of(CAUGHT)).result().writeTo(other);

    GateRun run = GateRun.of("merge", one, other, "--report", all);

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    MutantsResult merged = MutantsResult.read(all.resolve("mutants.json"));
    assertThat(merged.rows()).hasSize(MutantTarget.all().size());
    assertThat(merged.rows())
        .filteredOn(row -> row.name().equals("full-disk-ignored"))
        .singleElement()
        .satisfies(row -> assertThat(row.unknown()).contains("it is in ", " and in "));
    assertThat(merged.rows())
        .filteredOn(row -> row.name().equals("no-lock"))
        .singleElement()
        .satisfies(row -> assertThat(row.unknown()).isEqualTo("no shard has it"));
  }

  @Test
  void an_equivalent_mutant_is_no_miss_and_what_is_unknown_is_no_pass() {
    assertThat(status(CAUGHT, EQUIVALENT)).isEqualTo(ExitStatus.HOLDS);
    assertThat(status(CAUGHT, MISSED)).isEqualTo(ExitStatus.VIOLATED);
    assertThat(status(CAUGHT, UNKNOWN)).isEqualTo(ExitStatus.CANNOT_TELL);
    assertThat(status(CAUGHT, MISSED, UNKNOWN)).isEqualTo(ExitStatus.VIOLATED);
  }
}
