package io.github.containersnap.harness.history;

import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.ScheduledFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes a failing history short: leaves out steps, many at a time and then one by one, then faults,
 * then recovers where nothing did, then moves faults to the beginning of their call; as long as the
 * same property does not hold. It draws nothing, so the same history always becomes the same
 * shorter one.
 */
public final class Shrinker {
  private final Function<History, HistoryResult> player;
  private final Property property;
  private int triesLeft;

  private Shrinker(Function<History, HistoryResult> player, Property property, int tries) {
    this.player = player;
    this.property = property;
    this.triesLeft = tries;
  }

  /**
   * The shortest history found, in so many tries, in which {@code property} does not hold either.
   */
  public static History of(
      History failing, Property property, int tries, Function<History, HistoryResult> player) {
    Shrinker shrinking = new Shrinker(player, property, tries);
    History present = failing;
    while (true) {
      Optional<History> shorter = shrinking.next(present);
      if (shorter.isEmpty()) {
        return present;
      }
      present = shorter.get();
    }
  }

  private Optional<History> next(History present) {
    return Stream.of(
            fewerActs(present),
            fewerStrikes(present),
            moreRecoveries(present),
            plainerStrikes(present))
        .flatMap(List::stream)
        .filter(this::fails)
        .findFirst();
  }

  private boolean fails(History candidate) {
    return triesLeft-- > 0
        && player.apply(candidate).violation().filter(it -> it.property() == property).isPresent();
  }

  private static List<History> fewerActs(History history) {
    List<History> candidates = new ArrayList<>();
    List<ScheduledStep> acts = history.acts();
    for (int size = acts.size(); size > 0; size /= 2) {
      for (int from = 0; from + size <= acts.size(); from += size) {
        List<ScheduledStep> rest = new ArrayList<>(acts.subList(0, from));
        rest.addAll(acts.subList(from + size, acts.size()));
        candidates.add(history.with(rest));
      }
    }
    return candidates;
  }

  private static List<History> fewerStrikes(History history) {
    List<History> candidates = new ArrayList<>();
    for (int i = 0; i < history.acts().size(); i++) {
      ScheduledStep act = history.acts().get(i);
      for (int j = 0; j < act.strikes().size(); j++) {
        ScheduledStep fewer = act.with(without(act.strikes(), j), act.duringRecovery());
        candidates.add(with(history, i, fewer));
      }
      for (int j = 0; j < act.duringRecovery().size(); j++) {
        ScheduledStep fewer = act.with(act.strikes(), without(act.duringRecovery(), j));
        candidates.add(with(history, i, fewer));
      }
    }
    return candidates;
  }

  private static List<History> moreRecoveries(History history) {
    List<History> candidates = new ArrayList<>();
    for (int i = 0; i < history.acts().size(); i++) {
      ScheduledStep act = history.acts().get(i);
      if (act.withoutRecovery()) {
        candidates.add(with(history, i, act.withRecovery()));
      }
    }
    return candidates;
  }

  private static List<History> plainerStrikes(History history) {
    List<History> candidates = new ArrayList<>();
    for (int i = 0; i < history.acts().size(); i++) {
      ScheduledStep act = history.acts().get(i);
      for (int j = 0; j < act.strikes().size(); j++) {
        ScheduledFault strike = act.strikes().get(j);
        if (strike.step() > 0) {
          List<ScheduledFault> plainer = new ArrayList<>(act.strikes());
          plainer.set(j, new ScheduledFault(strike.call(), 0, strike.fault()));
          candidates.add(with(history, i, act.with(plainer, act.duringRecovery())));
        }
      }
    }
    return candidates;
  }

  private static <T> List<T> without(List<T> list, int index) {
    List<T> rest = new ArrayList<>(list);
    rest.remove(index);
    return rest;
  }

  private static History with(History history, int index, ScheduledStep act) {
    List<ScheduledStep> acts = new ArrayList<>(history.acts());
    acts.set(index, act);
    return history.with(acts);
  }
}
