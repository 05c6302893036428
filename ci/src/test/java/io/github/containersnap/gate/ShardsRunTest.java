package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An update of the small pair is recorded once, checked in one piece and in shards from a copy of
 * the recording, as on another machine, and merged.
 */
@Timeout(900)
class ShardsRunTest extends RunsOfTheSmallPair {
  private static final int COUNT = 3;

  private static final int SAMPLE = 15;

  @Test
  void merged_shards_are_the_check_in_one_piece_and_less_is_no_pass() throws Exception {
    Path recording = directory.resolve("recorded here");
    GateRun recorded = GateRun.of("record", "--small", "--to", recording);
    assertThat(recorded.status()).as(recorded.err()).isZero();
    Path elsewhere = directory.resolve("copied: elsewhere");
    ExternalCommand.of("cp", "-r", recording, elsewhere).run();

    Path whole = directory.resolve("whole");
    GateRun check = run(aSampleOf(recording), "--report", whole);
    assertThat(check.status()).as(check.err()).isZero();
    List<Object> shards = new ArrayList<>();
    for (int index = 1; index <= COUNT; index++) {
      Path report = directory.resolve("shard-" + index);
      GateRun shard = run(aSampleOf(elsewhere), "--shard", index + "/" + COUNT, "--report", report);
      assertThat(shard.status()).as(shard.err()).isZero();
      assertThat(shard.out()).contains("HOLDS for shard %d of %d".formatted(index, COUNT));
      shards.add(report);
    }

    Path merged = directory.resolve("merged");
    GateRun merge = merge(elsewhere, merged, shards);
    assertThat(merge.status()).as(merge.err()).isZero();
    assertThat(merge.out()).contains("HOLDS for a sample: ");
    assertThat(ReportText.of(merged)).isEqualTo(ReportText.of(whole));

    GateRun incomplete = merge(elsewhere, directory.resolve("incomplete"), shards.subList(1, 3));
    assertThat(incomplete.status()).isEqualTo(3);
    assertThat(incomplete.out()).contains("UNKNOWN: ");

    GateRun late = GateRun.of("check", "--from", elsewhere, "--time-limit", "1s", "--json");
    assertThat(late.status()).isEqualTo(3);
    JsonNode unreached = json(late.out());
    assertThat(unreached.path("verdict").asText()).isEqualTo("unknown");
    assertThat(unreached.path("outcomes").path("unknown"))
        .isEqualTo(unreached.path("states").path("checked"));

    Files.writeString(
        elsewhere.resolve("write.log.zst"), "damaged", java.nio.file.StandardOpenOption.APPEND);
    assertThat(GateRun.of("check", "--from", elsewhere, "--shard", "1/3").refusal())
        .contains("write.log.zst ");
  }

  private static GateRun merge(Path recording, Path report, List<Object> shards) {
    List<Object> arguments =
        new ArrayList<>(List.of("merge", "--from", recording, "--report", report));
    arguments.addAll(shards);
    return GateRun.of(arguments.toArray());
  }

  @Test
  void transitions_are_shared_out_and_one_that_no_shard_has_is_no_pass() throws Exception {
    List<String> transitions = List.of("pin", "kargs");
    Path recordings = directory.resolve("recordings");
    GateRun recorded =
        GateRun.of(
            "record", "--small", "--transition", String.join(",", transitions), "--to", recordings);
    assertThat(recorded.status()).as(recorded.err()).isZero();

    Path whole = directory.resolve("all transitions");
    GateRun check = run(aSampleOf(recordings), "--report", whole);
    assertThat(check.status()).as(check.err()).isZero();
    List<Object> shards = new ArrayList<>();
    for (int index = 1; index <= 2; index++) {
      Path report = directory.resolve("transitions-" + index);
      GateRun shard = run(aSampleOf(recordings), "--shard", index + "/2", "--report", report);
      assertThat(shard.status()).as(shard.err()).isZero();
      shards.add(report);
    }

    Path merged = directory.resolve("merged transitions");
    GateRun merge = merge(recordings, merged, shards);
    assertThat(merge.status()).as(merge.err()).isZero();
    for (String transition : transitions) {
      assertThat(ReportText.of(merged.resolve(transition)))
          .isEqualTo(ReportText.of(whole.resolve(transition)));
    }
    assertThat(json(Files.readString(merged.resolve("transitions.json"))))
        .hasSize(transitions.size());

    GateRun incomplete =
        merge(recordings, directory.resolve("too few"), shards.subList(1, shards.size()));
    assertThat(incomplete.status()).isEqualTo(3);
    assertThat(incomplete.out()).contains("unknown: no shard has a result that counts");

    List<Object> twice = new ArrayList<>(shards);
    twice.add(shards.getFirst());
    assertThat(merge(recordings, directory.resolve("too many"), twice).status()).isEqualTo(3);
  }

  @Test
  void another_updater_on_another_filesystem_is_graded_in_shards_as_in_one_piece()
      throws Exception {
    Path updater = new TinyUpdaters(directory.resolve("updaters")).overwritesTheKernel();
    Path recording = directory.resolve("recorded on ext4");
    GateRun recorded =
        GateRun.of("record", "--small", "--updater", "shell:" + updater, "--to", recording);
    assertThat(recorded.status()).as(recorded.err()).isZero();
    List<Object> what =
        List.of("check", "--from", recording, "--updater", "shell:" + updater, "--states", "flush");
    Path whole = directory.resolve("whole on ext4");
    GateRun check = run(what, "--report", whole);
    assertThat(check.status()).as(check.err()).isOne();
    List<Object> shards = new ArrayList<>();
    for (int index = 1; index <= 2; index++) {
      Path report = directory.resolve("ext4-" + index);
      assertThat(run(what, "--shard", index + "/2", "--report", report).status()).isIn(0, 1);
      shards.add(report);
    }

    Path merged = directory.resolve("merged on ext4");
    GateRun merge = merge(recording, merged, shards);
    assertThat(merge.status()).as(merge.err()).isOne();
    assertThat(ReportText.of(whole).result().path("neither").path("torn").asInt()).isPositive();
    assertThat(ReportText.of(merged)).isEqualTo(ReportText.of(whole));
  }

  @Test
  @Tag("exhaustive")
  void merged_boots_are_those_of_the_check_in_one_piece() throws Exception {
    Path recording = directory.resolve("recorded for boots");
    GateRun recorded = GateRun.of("record", "--small", "--to", recording);
    assertThat(recorded.status()).as(recorded.err()).isZero();
    List<Object> what = List.of("check", "--from", recording, "--states", "flush", "--boot");
    Path whole = directory.resolve("whole with boots");
    assertThat(run(what, "--report", whole).status()).isZero();
    List<Object> shards = new ArrayList<>();
    for (int index = 1; index <= 2; index++) {
      Path report = directory.resolve("boots-" + index);
      GateRun shard = run(what, "--shard", index + "/2", "--report", report);
      assertThat(shard.status()).as(shard.err()).isZero();
      shards.add(report);
    }

    Path merged = directory.resolve("merged with boots");
    GateRun merge = merge(recording, merged, shards);
    assertThat(merge.status()).as(merge.err()).isZero();
    assertThat(ReportText.of(merged)).isEqualTo(ReportText.of(whole));
    json(Files.readString(merged.resolve("result.json")))
        .path("boots")
        .forEach(
            boot -> assertThat(merged.resolve(boot.path("console").asText())).isNotEmptyFile());
  }

  /** Whole and in shards the same states are drawn; each of them is costly. */
  private static List<Object> aSampleOf(Path recording) {
    return List.of("check", "--from", recording, "--states", "flush", "--sample", SAMPLE);
  }

  private static GateRun run(List<Object> what, Object... more) {
    List<Object> arguments = new ArrayList<>(what);
    arguments.addAll(List.of(more));
    return GateRun.of(arguments.toArray());
  }
}
