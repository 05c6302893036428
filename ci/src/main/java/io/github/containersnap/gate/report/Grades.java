package io.github.containersnap.gate.report;

import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.GradedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How whole the systems are that the states of a check boot.
 *
 * @param states the grades of those states that have one
 * @param checked how many states were judged at all
 */
public record Grades(List<GradedBoot> states, int checked) {
  public Grades {
    states = List.copyOf(states);
  }

  /** The grades of a check. */
  public static Grades of(CheckResult result) {
    List<GradedBoot> states = new ArrayList<>();
    int checked = 0;
    for (StateVerdict each : result.sweep().verdicts()) {
      if (!(each.verdict() instanceof Verdict.Unknown)) {
        checked++;
        Optional.ofNullable(result.sweep().classOf().get(each.state()))
            .flatMap(StateClass::graded)
            .ifPresent(states::add);
      }
    }
    return new Grades(states, checked);
  }

  /** Whether every state that was judged has a grade. */
  public boolean areKnown() {
    return checked > 0 && states.size() == checked;
  }

  /** How many states are of a grade once the boot has settled what it settles by itself. */
  public int count(Grade grade) {
    return Math.toIntExact(states.stream().filter(it -> it.settled() == grade).count());
  }

  /** How many boot neither system before anything is repaired. */
  public int neitherAtPowerOn() {
    return Math.toIntExact(neither().size());
  }

  private List<GradedBoot> neither() {
    return states.stream().filter(it -> it.atPowerOn().side().isEmpty()).toList();
  }

  /**
   * How many of those that boot neither system each repair makes one of the two, by its name.
   * {@code recover} is what the boot does by itself; {@code none} repairs nothing.
   */
  public SortedMap<String, Integer> repaired() {
    SortedMap<String, Integer> repaired = new TreeMap<>();
    repaired.put("none", 0);
    for (GradedBoot each : neither()) {
      if (each.settled() != each.atPowerOn()) {
        repaired.merge("recover", each.settled().side().isPresent() ? 1 : 0, Integer::sum);
      }
      each.repaired()
          .forEach(
              (name, grade) ->
                  repaired.merge(name, grade.side().isPresent() ? 1 : 0, Integer::sum));
    }
    return repaired;
  }

  /**
   * In how many of those that boot neither system each repair was tried, by its name. Those of an
   * administrator are tried in some of them only.
   */
  public SortedMap<String, Integer> tried() {
    List<GradedBoot> neither = neither();
    SortedMap<String, Integer> byAdministrators = new TreeMap<>();
    for (GradedBoot each : neither) {
      each.repaired().keySet().forEach(name -> byAdministrators.merge(name, 1, Integer::sum));
    }
    SortedMap<String, Integer> tried = new TreeMap<>();
    for (String name : repaired().keySet()) {
      tried.put(name, byAdministrators.getOrDefault(name, neither.size()));
    }
    return tried;
  }

  /**
   * The grade of a state once the boot has settled what it settles; of a state without one, the
   * system that it boots although something else is wrong with it.
   */
  public static Optional<Grade> of(CheckResult result, CrashState state) {
    Optional<StateClass> known = Optional.ofNullable(result.sweep().classOf().get(state));
    return known
        .flatMap(StateClass::graded)
        .map(GradedBoot::settled)
        .or(
            () ->
                known
                    .flatMap(StateClass::boots)
                    .map(side -> side == Side.OLD ? Grade.OLD : Grade.NEW));
  }
}
