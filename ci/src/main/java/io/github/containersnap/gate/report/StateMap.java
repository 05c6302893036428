package io.github.containersnap.gate.report;

import io.github.containersnap.gate.run.NamedFault;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The verdict and the class of every state that was checked, run-length coded, as {@code
 * result.json} has it.
 *
 * @param classes the classes, in the order of their first states; numbers in {@code states} count
 *     from 1
 * @param failures the sets of faults that states show, each as numbers of {@code faults}, from 0
 * @param seeds the seeds of the random parts, by number from 0
 * @param tears the ways in which one write tears, by number from 0: the atomic unit, and which of
 *     its units arrived
 * @param states the states of each family in the order of a report ({@link StateRuns})
 */
public record StateMap(
    List<Row> classes,
    List<List<Integer>> failures,
    List<Long> seeds,
    List<String> tears,
    Map<String, String> states) {

  /**
   * A class.
   *
   * @param first the address of its first state
   * @param states how many were checked
   * @param boots the system that the machine boots, {@code old} or {@code new}, if it is one
   * @param afterwards the one that it boots from then on
   */
  public record Row(
      String first,
      int states,
      @Nullable String boots,
      @Nullable String afterwards,
      Reader loader,
      Reader kernel) {}

  /**
   * What one of the two readers of the disk takes for the default.
   *
   * @param root the root's path from the top level of the btrfs; null if nothing boots
   * @param system which system that is, {@code old} or {@code new}, if it is one
   */
  public record Reader(@Nullable String root, @Nullable String system) {}

  /** The map of a result. */
  static StateMap of(CheckResult result) {
    return new Collection(result).map();
  }

  /** The names of the classes, in the order of the map. */
  static List<String> classNames(CheckResult result) {
    Collection collection = new Collection(result);
    StateMap _ = collection.map();
    return List.copyOf(collection.numbers.keySet());
  }

  private static final class Collection {
    private final CheckResult result;
    private final List<NamedFault> faults;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<StateVerdict> first = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final List<List<Integer>> failures = new ArrayList<>();
    private final Map<List<Integer>, Integer> failureNumbers = new HashMap<>();
    private final Map<String, Set<Side>> sides = new HashMap<>();

    Collection(CheckResult result) {
      this.result = result;
      this.faults = List.copyOf(NamedFault.in(result.sweep().verdicts()).keySet());
    }

    StateMap map() {
      StateRuns runs = new StateRuns();
      for (StateVerdict verdict : result.sweep().verdicts()) {
        runs.add(verdict.state(), code(verdict));
      }
      result.sweep().classOf().values().forEach(this::learn);
      List<Row> rows = new ArrayList<>();
      for (int number = 0; number < first.size(); number++) {
        rows.add(row(first.get(number).state(), sizes.get(number)));
      }
      Map<String, String> texts = runs.texts(); // ends the last run, whose tears may be new
      return new StateMap(rows, failures, runs.seeds(), runs.tears(), texts);
    }

    private StateRuns.Code code(StateVerdict verdict) {
      int number = numberOfClass(verdict);
      return switch (verdict.verdict()) {
        case Verdict.Holds(Side side) ->
            StateRuns.Code.of(side == Side.OLD ? StateRuns.OLD : StateRuns.NEW, number);
        case Verdict.Unknown _ -> StateRuns.Code.of(StateRuns.UNKNOWN, number);
        case Verdict.Violated violated -> StateRuns.Code.violated(failure(violated), number);
      };
    }

    private int numberOfClass(StateVerdict verdict) {
      StateClass found = result.sweep().classOf().get(verdict.state());
      if (found == null) {
        return 0;
      }
      int number = numbers.computeIfAbsent(found.name(), _ -> numbers.size() + 1);
      if (number > first.size()) {
        first.add(verdict);
        sizes.add(0);
      }
      sizes.set(number - 1, sizes.get(number - 1) + 1);
      return number;
    }

    private int failure(Verdict.Violated violated) {
      List<Integer> shown =
          List.copyOf(
              new TreeSet<>(
                  violated.violations().stream()
                      .map(each -> faults.indexOf(NamedFault.of(each)))
                      .toList()));
      return failureNumbers.computeIfAbsent(
          shown,
          _ -> {
            failures.add(shown);
            return failures.size() - 1;
          });
    }

    /** A root that the boot loader starts and that was judged to be a system is that system's. */
    private void learn(StateClass found) {
      found
          .loaderRoot()
          .ifPresent(
              root ->
                  found
                      .boots()
                      .ifPresent(
                          side -> sides.computeIfAbsent(root, _ -> new TreeSet<>()).add(side)));
    }

    private Row row(CrashState state, int states) {
      StateClass found = Objects.requireNonNull(result.sweep().classOf().get(state));
      return new Row(
          state.toString(),
          states,
          found.boots().map(Collection::named).orElse(null),
          found.afterwards().map(Collection::named).orElse(null),
          reader(found.loaderRoot()),
          reader(found.kernelRoot()));
    }

    private Reader reader(Optional<String> root) {
      return new Reader(
          root.orElse(null), root.flatMap(this::side).map(Collection::named).orElse(null));
    }

    private Optional<Side> side(String root) {
      Set<Side> learned = sides.getOrDefault(root, Set.of());
      if (!learned.isEmpty()) { // a command that keeps its root has it on both sides
        return learned.size() == 1 ? learned.stream().findFirst() : Optional.empty();
      }
      String name = root.substring(root.lastIndexOf('/') + 1);
      return name.startsWith(result.update().newImage().imageId())
          ? Optional.of(Side.NEW)
          : name.startsWith(result.update().oldImage().imageId())
              ? Optional.of(Side.OLD)
              : Optional.empty();
    }

    private static String named(Side side) {
      return side.name().toLowerCase(Locale.ROOT);
    }
  }
}
