package io.github.containersnap.gate.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.crash.CrashState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardPlanTest {
  /** Forty classes of prefixes that come and go, and parts of epochs in the same classes. */
  private static Map<CrashState, String> classes() {
    Map<CrashState, String> classes = new HashMap<>();
    for (int place = 0; place < 400; place++) {
      classes.put(new CrashState.Prefix(place), "class " + place / 10 % 40);
      classes.put(new CrashState.Dropped(place), "class " + place * 7 % 40);
    }
    return classes;
  }

  private static List<Shard> shards(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(index -> new Shard(index, count)).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 100})
  void every_state_is_in_one_shard_and_every_class_too(int count) {
    ShardPlan plan = ShardPlan.of(classes(), count);
    List<CrashState> all =
        shards(count).stream().flatMap(shard -> plan.statesOf(shard).stream()).toList();

    assertThat(all).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(classes().keySet());
    Map<String, List<Integer>> shardsOfClass =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    state -> classes().get(state),
                    Collectors.collectingAndThen(
                        Collectors.mapping(plan::shardOf, Collectors.toSet()), List::copyOf)));
    assertThat(shardsOfClass.values()).allSatisfy(each -> assertThat(each).hasSize(1));
  }

  @Test
  void shards_have_about_as_much_to_do() {
    ShardPlan plan = ShardPlan.of(classes(), 4);
    List<Integer> sizes =
        shards(4).stream().map(shard -> plan.statesOf(shard).size()).sorted().toList();

    assertThat(sizes.getLast() - sizes.getFirst()).isLessThan(60);
  }

  @Test
  void the_same_classes_are_divided_alike_in_whatever_order_they_are_found() {
    Map<CrashState, String> backwards =
        classes().entrySet().stream()
            .sorted(Map.Entry.<CrashState, String>comparingByKey().reversed())
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    Map.Entry::getValue,
                    (one, _) -> one,
                    java.util.LinkedHashMap::new));

    assertThat(ShardPlan.of(backwards, 3).sha256()).isEqualTo(ShardPlan.of(classes(), 3).sha256());
    assertThat(ShardPlan.of(backwards, 3).statesOf(new Shard(2, 3)))
        .isEqualTo(ShardPlan.of(classes(), 3).statesOf(new Shard(2, 3)));
  }

  @Test
  void another_class_or_another_number_of_shards_is_another_plan() {
    Map<CrashState, String> other = new HashMap<>(classes());
    other.put(new CrashState.Prefix(0), "class 39");

    assertThat(
            Stream.of(
                ShardPlan.of(classes(), 3), ShardPlan.of(classes(), 4), ShardPlan.of(other, 3)))
        .extracting(ShardPlan::sha256)
        .doesNotHaveDuplicates();
  }

  @Test
  void states_of_one_group_are_in_one_shard_if_states_are_booted() {
    Map<CrashState, String> groups = new HashMap<>();
    classes().forEach((state, name) -> groups.put(state, "group " + name.length()));
    ShardPlan plan = ShardPlan.withBoots(classes(), groups, 3);

    classes()
        .keySet()
        .forEach(
            state ->
                assertThat(plan.shardOf(state))
                    .isEqualTo(
                        plan.shardOf(
                            "group 7".equals(groups.get(state))
                                ? new CrashState.Prefix(0)
                                : new CrashState.Prefix(100))));
    assertThat(plan.groups()).contains(groups);
    assertThat(plan.sha256()).isNotEqualTo(ShardPlan.of(classes(), 3).sha256());
    assertThat(ShardPlan.of(classes(), 3).groups()).isEmpty();
  }
}
