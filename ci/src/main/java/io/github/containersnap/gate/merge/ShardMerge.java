package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.report.StateClass;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.gate.shard.ShardPlan;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts the results of shards together. It fails closed: a state has the verdict of the one shard
 * that was to judge it, and without that it is unknown. Which states there are is not taken from
 * the shards but from the recording.
 *
 * @param verdicts a verdict for each state that was to be checked, in the order of a report
 * @param classes the class of each state, as far as a shard has it
 * @param counted the results that count
 * @param refused those that do not
 * @param problems what keeps the check from being complete, as parts of sentences; a check with any
 *     is never a pass
 */
record ShardMerge(
    List<StateVerdict> verdicts,
    Map<CrashState, StateClass> classes,
    List<ShardResult> counted,
    List<RefusedResult> refused,
    List<String> problems) {

  /**
   * Merges results of one recording.
   *
   * @param chosen the states that were to be checked
   * @param results at least one; the first says how the check was divided, and what does not agree
   *     with it is refused
   */
  static ShardMerge of(List<CrashState> chosen, List<ShardResult> results) {
    return new Merging(chosen, results).merge();
  }

  private static final class Merging {
    private final Set<CrashState> chosen;
    private final List<CrashState> order;
    private final List<ShardResult> results;
    private final List<RefusedResult> refused = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Merging(List<CrashState> chosen, List<ShardResult> results) {
      this.order = chosen.stream().sorted().toList();
      this.chosen = new HashSet<>(chosen);
      this.results = results;
    }

    ShardMerge merge() {
      List<ShardResult> counted = counted();
      int count = results.getFirst().shard().count();
      List<Integer> missing =
          IntStream.rangeClosed(1, count)
              .filter(index -> counted.stream().noneMatch(each -> each.shard().index() == index))
              .boxed()
              .toList();
      missing.forEach(index -> problems.add("shard %d of %d is missing".formatted(index, count)));
      Map<CrashState, List<ShardResult>> judges = new HashMap<>();
      for (ShardResult each : counted) {
        each.verdicts()
            .keySet()
            .forEach(state -> judges.computeIfAbsent(state, _ -> new ArrayList<>()).add(each));
      }
      Map<CrashState, StateClass> classes = new TreeMap<>();
      counted.forEach(each -> classes.putAll(each.classes()));
      Optional<ShardPlan> plan = plan(counted, classes, count, missing);
      Set<CrashState> notBooted = notBooted(counted);
      if (!notBooted.isEmpty()) {
        problems.add(
            notBooted.size() == 1
                ? "a boot has no result"
                : "%d boots have no result".formatted(notBooted.size()));
      }
      List<StateVerdict> verdicts =
          order.stream()
              .map(
                  state ->
                      new StateVerdict(
                          state,
                          afterBoot(
                              verdict(state, judges.getOrDefault(state, List.of()), plan),
                              !notBooted.contains(state))))
              .toList();
      if (verdicts.stream().anyMatch(each -> !judges.containsKey(each.state()))) {
        problems.add("states were judged by no shard");
      }
      return new ShardMerge(
          verdicts, classes, List.copyOf(counted), List.copyOf(refused), List.copyOf(problems));
    }

    /** The states that were to be booted, and of whose boot their shard says nothing. */
    private static Set<CrashState> notBooted(List<ShardResult> counted) {
      Set<CrashState> all = new HashSet<>();
      for (ShardResult each : counted) {
        each.boots().ifPresent(boots -> all.addAll(boots.missing(each.verdicts())));
      }
      return all;
    }

    /** Those that agree with the first and are there once. */
    private List<ShardResult> counted() {
      ShardResult first = results.getFirst();
      List<ShardResult> agreeing = new ArrayList<>();
      for (ShardResult each : results) {
        Optional<String> obstacle = obstacle(each, first);
        if (obstacle.isPresent()) {
          refuse(each, obstacle.get());
        } else {
          agreeing.add(each);
        }
      }
      List<ShardResult> once = new ArrayList<>();
      for (ShardResult each : agreeing) {
        if (agreeing.stream().filter(other -> other.shard().equals(each.shard())).count() == 1) {
          once.add(each);
        } else {
          refuse(each, "another result, too, is of " + each.shard().inWords());
        }
      }
      return once;
    }

    private void refuse(ShardResult result, String why) {
      refused.add(new RefusedResult(result.file(), why));
    }

    private Optional<String> obstacle(ShardResult result, ShardResult first) {
      if (!result.result().selection().equals(first.result().selection())
          || result.boots().isPresent() != first.boots().isPresent()) {
        return Optional.of("it was checked with other options than " + first.file());
      }
      if (result.shard().count() != first.shard().count()
          || !result.plan().equals(first.plan())
          || result.planned() != first.planned()) {
        return Optional.of("it is of another division into shards than " + first.file());
      }
      return result.verdicts().keySet().stream()
          .filter(state -> !chosen.contains(state))
          .findFirst()
          .map(state -> "it judges %s, which was not to be checked".formatted(state));
    }

    /**
     * The division, made again from all that the shards say. It cannot be made while a shard or a
     * class is missing; then states are unknown for that reason.
     */
    private Optional<ShardPlan> plan(
        List<ShardResult> counted,
        Map<CrashState, StateClass> classes,
        int count,
        List<Integer> missing) {
      if (!missing.isEmpty() || !classes.keySet().containsAll(chosen)) {
        return Optional.empty();
      }
      Map<CrashState, String> names = new HashMap<>();
      classes.forEach((state, found) -> names.put(state, nameInPlan(state, found.name())));
      Map<CrashState, String> groups = new HashMap<>();
      counted.forEach(each -> each.boots().ifPresent(boots -> groups.putAll(boots.groups())));
      ShardPlan plan =
          results.getFirst().boots().isPresent()
              ? ShardPlan.withBoots(names, groups, count)
              : ShardPlan.of(names, count);
      if (!plan.sha256().equals(results.getFirst().plan())) {
        problems.add("the classes of the states are not those by which the shards were divided");
      }
      return Optional.of(plan);
    }

    /** Where every state is examined, the name of its class ends with its own. */
    private static String nameInPlan(CrashState state, String name) {
      String own = " at " + state;
      return name.endsWith(own) && !name.equals("unreadable" + own)
          ? name.substring(0, name.length() - own.length())
          : name;
    }

    /** A state that was to be booted holds only by its boot; what it violates it violates. */
    private static Verdict afterBoot(Verdict verdict, boolean booted) {
      return verdict instanceof Verdict.Holds && !booted
          ? new Verdict.Unknown("it was to be booted, and its shard has no result of that")
          : verdict;
    }

    private Verdict verdict(CrashState state, List<ShardResult> judges, Optional<ShardPlan> plan) {
      if (judges.isEmpty()) {
        return new Verdict.Unknown("no result of a shard that counts has judged it");
      }
      if (judges.size() > 1) {
        return new Verdict.Unknown(
            "%s and %s have both judged it"
                .formatted(judges.get(0).shard().inWords(), judges.get(1).shard().inWords()));
      }
      Shard judge = judges.getFirst().shard();
      if (plan.isPresent() && plan.get().shardOf(state) != judge.index()) {
        return new Verdict.Unknown(
            "%s has judged it, and it belongs to shard %d"
                .formatted(judge.inWords(), plan.get().shardOf(state)));
      }
      return Objects.requireNonNull(judges.getFirst().verdicts().get(state));
    }
  }
}
