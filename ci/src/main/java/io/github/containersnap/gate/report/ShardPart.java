package io.github.containersnap.gate.report;

import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which part of a check a result is of, where it is of a part.
 *
 * @param shard which
 * @param planSha256 what the division is recognised by ({@link
 *     io.github.containersnap.gate.shard.ShardPlan#sha256})
 * @param planned how many states all shards have together
 * @param machines the machines, as recovery left them, on which the command was given again;
 *     another shard may have had the same
 * @param groups the group of each state, by which the states were divided; empty if none was booted
 */
public record ShardPart(
    Shard shard,
    String planSha256,
    int planned,
    SortedSet<String> machines,
    Optional<Map<CrashState, String>> groups) {
  /** A part of a check that boots nothing. */
  public ShardPart(Shard shard, String planSha256, int planned, Set<String> machines) {
    this(shard, planSha256, planned, new TreeSet<>(machines), Optional.empty());
  }
}
