package io.github.containersnap.gate.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.ShardPart;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.gate.shard.ShardPlan;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong with shards, one fault a test: none of them may end as a pass, and a state that
 * lost its verdict is unknown. The faults: a shard that is missing, also an empty one; one that is
 * there twice; one that is truncated; one of another recording, of other options, of another gate,
 * of another division; a verdict that is lost; a class that is in no shard; a class that another
 * shard judged; words for another state; and the result of a whole check in place of a shard's.
 */
class ShardMergeTest {
  private static final int COUNT = 3;

  @TempDir Path directory;

  private ExampleResult whole;
  private ShardReader reader;
  private ShardPlan plan;

  @BeforeEach
  void divide() {
    WriteLog log = ExampleLog.in(directory);
    whole =
        ExampleResult.violated(log)
            .withMore(
                ExampleResult.unknown(12, "it hangs"),
                ExampleResult.holds(CrashState.parse("dropped:4"), Side.OLD),
                ExampleResult.holds(CrashState.parse("subset:4:77"), Side.OLD),
                ExampleResult.holds(CrashState.parse("torn:4:1-7:512"), Side.OLD),
                ExampleResult.holds(CrashState.parse("lost:7:8,10"), Side.NEW))
            .withClasses(state -> "class " + state.place() % 4 + " ");
    reader = new ShardReader(whole.recording(), new StateDescription(log));
    Map<CrashState, String> names = new HashMap<>();
    whole.result().sweep().classOf().forEach((state, found) -> names.put(state, found.name()));
    plan = ShardPlan.of(names, COUNT);
  }

  private List<CrashState> chosen() {
    return whole.verdicts().stream().map(StateVerdict::state).toList();
  }

  private String className(CrashState state) {
    return Objects.requireNonNull(whole.result().sweep().classOf().get(state)).name();
  }

  private String json(int index) {
    return json(new Shard(index, COUNT), plan.statesOf(new Shard(index, COUNT)), plan);
  }

  private String json(Shard shard, List<CrashState> states, ShardPlan by) {
    CheckResult part =
        whole
            .with(
                whole.verdicts().stream()
                    .filter(each -> states.contains(each.state()))
                    .toArray(StateVerdict[]::new))
            .withClasses(whole.className())
            .result();
    return ResultJson.of(
            new CheckResult(
                part.update(),
                part.recorded(),
                part.selection(),
                part.sweep(),
                part.boots(),
                part.kept(),
                Optional.of(new ShardPart(shard, by.sha256(), by.states(), Set.of("m" + shard))),
                Optional.empty()))
        .text();
  }

  private ShardResult read(String json) throws IOException {
    Path file = Files.createTempFile(directory, "result", ".json");
    Files.writeString(file, json);
    return reader.read(file);
  }

  private ShardResult shard(int index) throws IOException {
    return read(json(index));
  }

  private ShardMerge merge(ShardResult... results) {
    return ShardMerge.of(chosen(), List.of(results));
  }

  private static List<CrashState> unknown(ShardMerge merge, String why) {
    return merge.verdicts().stream()
        .filter(
            each ->
                each.verdict() instanceof Verdict.Unknown(String obstacle)
                    && obstacle.contains(why))
        .map(StateVerdict::state)
        .toList();
  }

  private void refused(String json, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ShardReader.RefusedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void all_shards_are_the_whole() throws IOException {
    ShardMerge merge = merge(shard(2), shard(3), shard(1));

    assertThat(merge.problems()).isEmpty();
    assertThat(merge.refused()).isEmpty();
    assertThat(merge.verdicts())
        .containsExactlyElementsOf(
            whole.verdicts().stream()
                .sorted(java.util.Comparator.comparing(StateVerdict::state))
                .toList());
    assertThat(merge.classes()).isEqualTo(whole.result().sweep().classOf());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void the_states_of_a_missing_shard_are_unknown(int missing) throws IOException {
    List<ShardResult> others = new ArrayList<>();
    for (int index = 1; index <= COUNT; index++) {
      if (index != missing) {
        others.add(shard(index));
      }
    }
    ShardMerge merge = ShardMerge.of(chosen(), others);

    assertThat(unknown(merge, "no result of a shard"))
        .isEqualTo(plan.statesOf(new Shard(missing, COUNT)));
    assertThat(merge.problems()).contains("shard %d of 3 is missing".formatted(missing));
  }

  @Test
  void a_missing_shard_without_states_is_a_problem_all_the_same() throws IOException {
    int count = chosen().size() + 1;
    Map<CrashState, String> names = new HashMap<>();
    whole.result().sweep().classOf().forEach((state, found) -> names.put(state, found.name()));
    ShardPlan wide = ShardPlan.of(names, count);
    List<ShardResult> results = new ArrayList<>();
    for (int index = 1; index < count; index++) {
      Shard shard = new Shard(index, count);
      results.add(read(json(shard, wide.statesOf(shard), wide)));
    }
    assertThat(wide.statesOf(new Shard(count, count))).isEmpty();
    ShardMerge merge = ShardMerge.of(chosen(), results);

    assertThat(unknown(merge, "")).hasSize(1); // the one that hangs
    assertThat(merge.problems())
        .containsExactly("shard %d of %d is missing".formatted(count, count));
  }

  @Test
  void a_shard_that_is_there_twice_counts_not_at_all() throws IOException {
    ShardMerge merge = merge(shard(1), shard(2), shard(3), shard(2));

    assertThat(unknown(merge, "no result of a shard"))
        .isEqualTo(plan.statesOf(new Shard(2, COUNT)));
    assertThat(merge.refused())
        .hasSize(2)
        .allSatisfy(
            each -> assertThat(each.why()).isEqualTo("another result, too, is of shard 2 of 3"));
  }

  @Test
  void a_truncated_result_is_refused() {
    String json = json(1);
    for (int length : new int[] {0, 1, json.length() / 2, json.length() - 3}) {
      refused(json.substring(0, length), "is not a result of the gate");
    }
  }

  @Test
  void a_shard_of_another_recording_is_refused() {
    refused(json(1).replace("b".repeat(64), "c".repeat(64)), "it is of another recording");
    refused(json(1).replace("a".repeat(64), "c".repeat(64)), "it is of another recording");
    refused(json(1).replace("1".repeat(64), "3".repeat(64)), "it is of another recording");
    refused(json(1).replace("oci:/srv/new", "oci:/srv/newer"), "it is of another recording");
    refused(json(1).replace("no-commit-after-switch", "menu-fsynced"), "another recording");
    refused(json(1).replace("\"grub-btrfs\"", "\"default-subvolume\""), "another recording");
  }

  @Test
  void a_shard_that_another_gate_judged_is_refused() {
    refused(json(1).replace(GateBuild.current(), "container-snap gate 9"), "by another gate");
  }

  @Test
  void the_result_of_a_whole_check_is_no_shard() {
    refused(ResultJson.of(whole.result()).text(), "it is the result of a whole check");
  }

  @Test
  void a_shard_of_other_options_does_not_count() throws IOException {
    String other = json(2).replace("\"each-class\"", "\"every-state\"");
    ShardMerge merge = merge(shard(1), read(other), shard(3));

    assertThat(unknown(merge, "no result of a shard"))
        .isEqualTo(plan.statesOf(new Shard(2, COUNT)));
    assertThat(merge.refused().getFirst().why()).startsWith("it was checked with other options");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan", "count", "planned"})
  void a_shard_of_another_division_does_not_count(String field) throws IOException {
    UnaryOperator<String> other =
        json ->
            switch (field) {
              case "plan" -> json.replace(plan.sha256(), "0".repeat(64));
              case "count" -> json.replace("\"count\" : 3", "\"count\" : 4");
              default -> json.replaceFirst("\"planned\" : [0-9]+", "\"planned\" : 1");
            };
    ShardMerge merge = merge(shard(1), read(other.apply(json(2))), shard(3));

    assertThat(unknown(merge, "no result of a shard"))
        .isEqualTo(plan.statesOf(new Shard(2, COUNT)));
    assertThat(merge.refused().getFirst().why()).startsWith("it is of another division");
  }

  @Test
  void a_state_whose_verdict_is_lost_is_unknown() throws IOException {
    for (int index = 1; index <= COUNT; index++) {
      Shard shard = new Shard(index, COUNT);
      for (CrashState lost : plan.statesOf(shard)) {
        List<CrashState> others =
            plan.statesOf(shard).stream().filter(each -> !each.equals(lost)).toList();
        List<ShardResult> results = new ArrayList<>();
        for (int other = 1; other <= COUNT; other++) {
          results.add(other == index ? read(json(shard, others, plan)) : shard(other));
        }
        ShardMerge merge = ShardMerge.of(chosen(), results);

        assertThat(unknown(merge, "no result of a shard")).containsExactly(lost);
        assertThat(merge.problems()).contains("states were judged by no shard");
      }
    }
  }

  @Test
  void a_verdict_that_is_taken_out_of_a_file_leaves_counts_that_are_wrong() {
    String json = json(1);
    refused(
        json.replaceFirst("\"checked\" : [0-9]+", "\"checked\" : 1"),
        "its map of states is damaged");
    refused(json.replaceFirst("\"old\" : ([0-9]+),", "\"old\" : 9,"), "other outcomes");
  }

  @Test
  void the_states_of_a_class_that_is_in_no_shard_are_unknown() throws IOException {
    Shard second = new Shard(2, COUNT);
    String name = className(plan.statesOf(second).getFirst());
    List<CrashState> others =
        plan.statesOf(second).stream().filter(state -> !className(state).equals(name)).toList();
    ShardMerge merge = merge(shard(1), read(json(second, others, plan)), shard(3));

    assertThat(unknown(merge, "no result of a shard"))
        .isNotEmpty()
        .isEqualTo(
            plan.statesOf(second).stream().filter(state -> !others.contains(state)).toList());
  }

  @Test
  void a_class_that_another_shard_judged_is_unknown() throws IOException {
    Shard first = new Shard(1, COUNT);
    Shard second = new Shard(2, COUNT);
    List<CrashState> moved = plan.statesOf(first);
    List<CrashState> both = new ArrayList<>(plan.statesOf(second));
    both.addAll(moved);
    ShardMerge merge =
        merge(read(json(first, List.of(), plan)), read(json(second, both, plan)), shard(3));

    assertThat(unknown(merge, "it belongs to shard 1")).isEqualTo(moved);
  }

  @Test
  void a_state_that_two_shards_judged_is_unknown() throws IOException {
    Shard second = new Shard(2, COUNT);
    CrashState doubled = plan.statesOf(new Shard(1, COUNT)).getFirst();
    List<CrashState> more = new ArrayList<>(plan.statesOf(second));
    more.add(doubled);
    ShardMerge merge = merge(shard(1), read(json(second, more, plan)), shard(3));

    assertThat(unknown(merge, "have both judged it")).containsExactly(doubled);
  }

  @Test
  void a_state_that_was_not_to_be_checked_refuses_its_shard() throws IOException {
    List<CrashState> fewer =
        chosen().stream()
            .filter(each -> !each.equals(plan.statesOf(new Shard(3, COUNT)).getFirst()))
            .toList();
    ShardMerge merge = ShardMerge.of(fewer, List.of(shard(1), shard(2), shard(3)));

    assertThat(merge.refused()).hasSize(1);
    assertThat(merge.refused().getFirst().why()).endsWith("which was not to be checked");
  }

  @Test
  void classes_under_other_names_than_the_plan_had_are_a_problem() throws IOException {
    String other = json(3).replace("class ", "klass ");
    ShardMerge merge = merge(shard(1), shard(2), read(other));

    assertThat(merge.problems())
        .contains("the classes of the states are not those by which the shards were divided");
  }

  @Test
  void words_for_another_state_refuse_the_result() throws IOException {
    int index = plan.shardOf(new CrashState.Prefix(5)); // violated
    refused(json(index).replace("after 5 of 12", "after 6 of 12"), "it is damaged: ");
    refused(json(index).replace("\"property\" : \"P1\"", "\"property\" : \"P99\""), "damaged");
  }

  @Test
  void a_result_that_hides_its_log_or_a_part_of_a_class_is_refused() {
    refused(json(1).replace("\"sequence\"", "\"sequel\""), "it does not have the log");
    refused(json(1).replace("\"loader\"", "\"leader\""), "it is damaged");
  }

  @Test
  void a_violation_survives_whatever_else_is_wrong() throws IOException {
    ShardMerge merge = merge(shard(plan.shardOf(new CrashState.Prefix(5))));

    assertThat(merge.verdicts())
        .anySatisfy(
            each ->
                assertThat(each.verdict())
                    .isInstanceOfSatisfying(
                        Verdict.Violated.class,
                        violated ->
                            assertThat(violated.violations())
                                .extracting(Violation::property)
                                .contains(Property.P1)));
  }
}
