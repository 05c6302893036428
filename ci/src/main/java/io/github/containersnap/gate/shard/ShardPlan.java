package io.github.containersnap.gate.shard;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.loopback.crash.CrashState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which shard judges which states. All states of a class are in one shard: a class is examined in
 * depth once, and that is what takes the time. If states are booted too, all classes of a group are
 * in one shard, for states that boot alike are booted once. The group that costs most comes first,
 * and each goes to the shard with the least to do, so the same classes are divided alike on every
 * machine.
 */
public final class ShardPlan {
  /** What states cost, as measured: a class in depth, a look at a state, a state recognised. */
  private static final long EXAMINATION = 40;

  private static final long LOOK = 4;
  private static final long RECOGNITION = 1;

  /** A boot takes some 30 s without KVM; an examination 0.6 s. */
  private static final long BOOT = 2_000;

  private final int count;
  private final SortedMap<CrashState, String> classes;
  private final Map<CrashState, String> groups;
  private final Map<String, Integer> shardOfGroup;
  private final boolean boots;

  private ShardPlan(
      int count,
      SortedMap<CrashState, String> classes,
      Map<CrashState, String> groups,
      Map<String, Integer> shardOfGroup,
      boolean boots) {
    this.boots = boots;
    this.count = count;
    this.classes = classes;
    this.groups = groups;
    this.shardOfGroup = shardOfGroup;
  }

  /**
   * Divides states.
   *
   * @param classOf the class of each state
   * @param count how many shards there are
   */
  public static ShardPlan of(Map<CrashState, String> classOf, int count) {
    return new Division(classOf, classOf, 0).among(count);
  }

  /**
   * Divides states of which some are booted.
   *
   * @param classOf the class of each state
   * @param groupOf the group of each state; states of one class are in one group
   * @param count how many shards there are
   */
  public static ShardPlan withBoots(
      Map<CrashState, String> classOf, Map<CrashState, String> groupOf, int count) {
    return new Division(classOf, groupOf, BOOT).among(count);
  }

  /**
   * What is divided.
   *
   * @param costOfGroup what a group costs beside its states
   */
  private record Division(
      Map<CrashState, String> classOf, Map<CrashState, String> groupOf, long costOfGroup) {
    ShardPlan among(int count) {
      SortedMap<CrashState, String> classes = new TreeMap<>(classOf);
      Map<String, List<CrashState>> members = new HashMap<>();
      for (CrashState state : classes.keySet()) {
        members
            .computeIfAbsent(Objects.requireNonNull(groupOf.get(state)), _ -> new ArrayList<>())
            .add(state);
      }
      Map<String, Integer> shardOfGroup = new HashMap<>();
      PriorityQueue<Load> loads =
          new PriorityQueue<>(Comparator.comparingLong(Load::cost).thenComparingInt(Load::shard));
      for (int shard = 1; shard <= count; shard++) {
        loads.add(new Load(shard, 0));
      }
      members.entrySet().stream()
          .sorted(
              Comparator.<Map.Entry<String, List<CrashState>>>comparingLong(
                      group -> -cost(group.getValue()))
                  .thenComparing(group -> group.getValue().getFirst()))
          .forEach(
              group -> {
                Load least = loads.remove();
                shardOfGroup.put(group.getKey(), least.shard());
                loads.add(new Load(least.shard(), least.cost() + cost(group.getValue())));
              });
      return new ShardPlan(count, classes, new HashMap<>(groupOf), shardOfGroup, costOfGroup > 0);
    }

    private long cost(List<CrashState> states) {
      long inDepth = states.stream().map(classOf::get).distinct().count();
      return costOfGroup
          + EXAMINATION * inDepth
          + states.stream()
              .mapToLong(state -> state instanceof CrashState.Prefix ? LOOK : RECOGNITION)
              .sum();
    }
  }

  private record Load(int shard, long cost) {}

  /** The states of a shard, in the order of a report; perhaps none. */
  public List<CrashState> statesOf(Shard shard) {
    return classes.keySet().stream().filter(state -> shardOf(state) == shard.index()).toList();
  }

  /** The number of the shard that judges a state; 0 if none does. */
  public int shardOf(CrashState state) {
    String group = classes.containsKey(state) ? groups.get(state) : null;
    return group == null ? 0 : shardOfGroup.getOrDefault(group, 0);
  }

  /** The group of each state; empty if nothing is booted. */
  public Optional<Map<CrashState, String>> groups() {
    return boots ? Optional.of(Collections.unmodifiableMap(groups)) : Optional.empty();
  }

  /** How many states all shards have together. */
  public int states() {
    return classes.size();
  }

  /**
   * What the plan is recognised by: SHA-256 over every state with its class, its group if that is
   * another, and the count.
   */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update("%d shards\n".formatted(count).getBytes(StandardCharsets.UTF_8));
    classes.forEach(
        (state, name) ->
            digest.update(
                (name.equals(groups.get(state))
                        ? "%s %s\n".formatted(state, name)
                        : "%s %s in %s\n".formatted(state, name, groups.get(state)))
                    .getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }
}
