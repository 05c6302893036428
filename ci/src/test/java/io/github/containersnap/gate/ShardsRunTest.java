package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An update of the small pair is recorded once, checked in one piece and in shards from a copy of
 * the recording, as on another machine, and merged.
 */
@Timeout(600)
class ShardsRunTest extends RunsOfTheSmallPair {
  private static final int COUNT = 3;

  @Test
  void merged_shards_are_the_check_in_one_piece_and_less_is_no_pass() throws Exception {
    Path recording = directory.resolve("recorded here");
    GateRun recorded = GateRun.of("record", "--small", "--to", recording);
    assertThat(recorded.status()).as(recorded.err()).isZero();
    Path elsewhere = directory.resolve("copied: elsewhere");
    ExternalCommand.of("cp", "-r", recording, elsewhere).run();

    Path whole = directory.resolve("whole");
    GateRun check =
        GateRun.of("check", "--from", recording, "--states", "flush", "--report", whole);
    assertThat(check.status()).as(check.err()).isZero();
    List<Object> shards = new ArrayList<>();
    for (int index = 1; index <= COUNT; index++) {
      Path report = directory.resolve("shard-" + index);
      GateRun shard =
          GateRun.of(
              "check",
              "--from",
              elsewhere,
              "--states",
              "flush",
              "--shard",
              index + "/" + COUNT,
              "--report",
              report);
      assertThat(shard.status()).as(shard.err()).isZero();
      assertThat(shard.out()).contains("HOLDS for shard %d of %d".formatted(index, COUNT));
      shards.add(report);
    }

    Path merged = directory.resolve("merged");
    GateRun merge = merge(elsewhere, merged, shards);
    assertThat(merge.status()).as(merge.err()).isZero();
    assertThat(merge.out()).contains("HOLDS at flushes: ");
    assertThat(withoutTimes(merged)).isEqualTo(withoutTimes(whole));
    assertThat(pageWithoutTimes(merged)).isEqualTo(pageWithoutTimes(whole));
    assertThat(names(merged)).isEqualTo(names(whole));

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

  private static JsonNode withoutTimes(Path report) throws Exception {
    ObjectNode result = (ObjectNode) json(Files.readString(report.resolve("result.json")));
    result.remove("seconds");
    return result;
  }

  private static String pageWithoutTimes(Path report) throws Exception {
    return Files.readString(report.resolve("index.html"))
        .replaceAll("[0-9.]+ recording, [0-9.]+ checking, [0-9.]+ booting", "times");
  }

  private static List<String> names(Path report) throws Exception {
    return Files.readString(report.resolve("junit.xml"))
        .replaceAll(" time=\"[^\"]*\"", "")
        .lines()
        .toList();
  }
}
