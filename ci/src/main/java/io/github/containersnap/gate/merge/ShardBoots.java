package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The boots of a shard.
 *
 * @param accelerator what executed the guests' instructions, in words; empty if nothing was booted
 * @param groups the group of each state, by which the states were divided
 * @param views what a boot of each state can depend on, by name
 * @param booted what was booted, by its view
 */
record ShardBoots(
    String accelerator,
    Map<CrashState, String> groups,
    SortedMap<CrashState, String> views,
    Map<String, BootResults.Booted> booted) {

  ShardBoots {
    groups = Map.copyOf(groups);
    booted = Map.copyOf(booted);
  }

  /**
   * The states that should have been booted, and were not: the first of each class of which no
   * state was. A state without a verdict was never in a class.
   *
   * @param verdicts of the states of this shard
   */
  List<CrashState> missing(Map<CrashState, Verdict> verdicts) {
    Map<String, CrashState> first = new HashMap<>();
    views.forEach(
        (state, view) -> {
          if (!booted.containsKey(view)
              && !(verdicts.get(state) instanceof Verdict.Unknown)
              && verdicts.containsKey(state)) {
            first.putIfAbsent(view, state);
          }
        });
    return first.values().stream().sorted().toList();
  }

  /**
   * The boots of all shards as a check in one piece has them: one for each class. States that boot
   * alike are mostly in one shard. If two shards have states of a class, each has booted its own
   * first one; the boot of the first of all stands for the class. Another boot stays only if
   * something was wrong in it.
   *
   * @param shards those that count, each of which boots
   * @param took how long the boots took in all shards
   */
  static BootResults together(List<ShardBoots> shards, Duration took) {
    SortedMap<String, List<BootResults.Booted>> byView = new TreeMap<>();
    for (ShardBoots shard : shards) {
      shard
          .booted()
          .forEach(
              (view, booted) -> byView.computeIfAbsent(view, _ -> new ArrayList<>()).add(booted));
    }
    List<BootResults.Booted> all = new ArrayList<>();
    for (List<BootResults.Booted> alike : byView.values()) {
      List<BootResults.Booted> inOrder = new BootResults(alike, "", Duration.ZERO).all();
      TreeSet<CrashState> states = new TreeSet<>();
      inOrder.forEach(each -> states.addAll(each.alike()));
      all.add(inOrder.getFirst().standingFor(states));
      inOrder.stream().skip(1).filter(each -> each.problem().isPresent()).forEach(all::add);
    }
    String accelerators =
        shards.stream()
            .map(ShardBoots::accelerator)
            .filter(each -> !each.isEmpty())
            .distinct()
            .sorted()
            .collect(Collectors.joining(" or "));
    return new BootResults(all, accelerators, took);
  }
}
