package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateClass;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one shard has found, as its {@code result.json} says.
 *
 * @param file the file
 * @param shard which shard
 * @param plan SHA-256 of the division that it went by
 * @param planned how many states the division has
 * @param result all that the file says
 * @param verdicts the verdict of each of its states
 * @param classes the class of each of these, as far as it was examined
 * @param boots what it has booted; empty if nothing was to be booted
 */
record ShardResult(
    Path file,
    Shard shard,
    String plan,
    int planned,
    ResultJson result,
    Map<CrashState, Verdict> verdicts,
    Map<CrashState, StateClass> classes,
    Optional<ShardBoots> boots) {

  ShardResult {
    verdicts = Collections.unmodifiableMap(new TreeMap<>(verdicts));
    classes = Collections.unmodifiableMap(new TreeMap<>(classes));
  }
}
