package io.github.containersnap.gate.shard;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.loopback.crash.CrashState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which shard judges which states. All states of a class are in one shard: a class is examined in
 * depth once, and that is what takes the time. The largest class comes first, and each goes to the
 * shard with the least to do, so the same classes are divided alike on every machine.
 */
public final class ShardPlan {
  /** What states cost, as measured: a class in depth, a look at a state, a state recognised. */
  private static final long EXAMINATION = 40;

  private static final long LOOK = 4;
  private static final long RECOGNITION = 1;

  private final int count;
  private final SortedMap<CrashState, String> classes;
  private final Map<String, Integer> shardOfClass;

  private ShardPlan(
      int count, SortedMap<CrashState, String> classes, Map<String, Integer> shardOfClass) {
    this.count = count;
    this.classes = classes;
    this.shardOfClass = shardOfClass;
  }

  /**
   * Divides states.
   *
   * @param classOf the class of each state
   * @param count how many shards there are
   */
  public static ShardPlan of(Map<CrashState, String> classOf, int count) {
    SortedMap<CrashState, String> classes = new TreeMap<>(classOf);
    Map<String, List<CrashState>> members = new HashMap<>();
    classes.forEach(
        (state, name) -> members.computeIfAbsent(name, _ -> new ArrayList<>()).add(state));
    List<List<CrashState>> largestFirst =
        members.values().stream()
            .sorted(
                Comparator.<List<CrashState>>comparingLong(states -> -cost(states))
                    .thenComparing(List::getFirst))
            .toList();
    PriorityQueue<Load> loads =
        new PriorityQueue<>(Comparator.comparingLong(Load::cost).thenComparingInt(Load::shard));
    for (int shard = 1; shard <= count; shard++) {
      loads.add(new Load(shard, 0));
    }
    Map<String, Integer> shardOfClass = new HashMap<>();
    for (List<CrashState> states : largestFirst) {
      Load least = loads.remove();
      shardOfClass.put(classes.get(states.getFirst()), least.shard());
      loads.add(new Load(least.shard(), least.cost() + cost(states)));
    }
    return new ShardPlan(count, classes, shardOfClass);
  }

  private record Load(int shard, long cost) {}

  private static long cost(List<CrashState> states) {
    return EXAMINATION
        + states.stream()
            .mapToLong(state -> state instanceof CrashState.Prefix ? LOOK : RECOGNITION)
            .sum();
  }

  /** The states of a shard, in the order of a report; perhaps none. */
  public List<CrashState> statesOf(Shard shard) {
    return classes.keySet().stream().filter(state -> shardOf(state) == shard.index()).toList();
  }

  /** The number of the shard that judges a state; 0 if none does. */
  public int shardOf(CrashState state) {
    String name = classes.get(state);
    return name == null ? 0 : shardOfClass.getOrDefault(name, 0);
  }

  /** How many states all shards have together. */
  public int states() {
    return classes.size();
  }

  /** What the plan is recognised by: SHA-256 over every state with its class, and the count. */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update("%d shards\n".formatted(count).getBytes(StandardCharsets.UTF_8));
    classes.forEach(
        (state, name) ->
            digest.update("%s %s\n".formatted(state, name).getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }
}
