package io.github.containersnap.gate.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.Grades;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.WriteLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One row of the comparison: an updater on a filesystem.
 *
 * @param updater its name
 * @param title what tables call it
 * @param filesystem the disk's
 * @param notCompared why there are no figures; null if there are
 * @param figures what was found; null if nothing was
 * @param notJudged patterns of paths in its roots that were not judged
 * @param report the directory of its own report, from that of the comparison; null without one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ComparedCell(
    String updater,
    String title,
    String filesystem,
    @Nullable String notCompared,
    @Nullable Figures figures,
    List<String> notJudged,
    @Nullable String report) {

  /**
   * The figures of a row. Old, new, mixed, torn, unbootable and unknown add up to the cut points.
   *
   * @param cutPoints how many different disks were judged that the power cuts left
   * @param distinct how many different disks they left; more than were judged, if those are a
   *     sample
   * @param old how many of them boot the old system, whole
   * @param newSystem how many boot the new one, whole
   * @param mixed how many boot files of both, each whole
   * @param torn how many boot a file that is of neither
   * @param unbootable how many have nothing to start
   * @param unknown how many could not be judged, or are violated without a grade
   * @param lost how many do not boot the new system, whole, although the updater had reported
   *     success
   * @param disagreeing how many let the boot loader, which replays no journal, start something else
   *     than the kernel reads
   * @param neitherAtPowerOn how many boot neither system before anything is repaired
   * @param repaired how many of those each repair makes one of the two
   * @param tried in how many of those each repair was tried
   * @param violations in how many states each property does not hold
   * @param updateSeconds how long the update takes undisturbed; null if that is not known
   * @param bytes how many bytes it writes
   * @param writes in how many writes
   * @param flushes how many flushes it asks for
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Figures(
      int cutPoints,
      int distinct,
      int old,
      @JsonProperty("new") int newSystem,
      int mixed,
      int torn,
      int unbootable,
      int unknown,
      int lost,
      int disagreeing,
      int neitherAtPowerOn,
      Map<String, Integer> repaired,
      Map<String, Integer> tried,
      Map<String, Integer> violations,
      @Nullable Double updateSeconds,
      long bytes,
      int writes,
      int flushes) {

    /** Whether not all of the cut points were judged. */
    boolean areOfSample() {
      return cutPoints < distinct;
    }

    /** The figures of a check. */
    static Figures of(CheckResult result) {
      Grades grades = Grades.of(result);
      Count count = new Count(result);
      result.sweep().verdicts().forEach(count::add);
      WriteLog log = result.recorded().log();
      return new Figures(
          result.sweep().verdicts().size(),
          result.sweep().states().distinct(),
          count.of(Grade.OLD),
          count.of(Grade.NEW),
          count.of(Grade.MIXED),
          count.of(Grade.TORN),
          count.of(Grade.UNBOOTABLE),
          count.unknown,
          count.lost,
          count.violations.getOrDefault(Property.P3.name(), 0),
          grades.neitherAtPowerOn(),
          grades.repaired(),
          grades.tried(),
          count.violations,
          result
              .recorded()
              .undisturbed()
              .map(Duration::toMillis)
              .map(millis -> millis / 1000.0)
              .orElse(null),
          log.bytes(),
          log.writes(),
          log.flushes());
    }
  }

  /** Counts states. */
  private static final class Count {
    private final CheckResult result;
    private final CrashStates states;
    private final Optional<Integer> reportedAt;
    private final SortedMap<Grade, Integer> grades = new TreeMap<>();
    private final SortedMap<String, Integer> violations = new TreeMap<>();
    private int unknown;
    private int lost;

    Count(CheckResult result) {
      this.result = result;
      this.states = CrashStates.of(result.recorded().log());
      this.reportedAt = result.recorded().log().indexOfMark(Recording.REPORTED);
    }

    int of(Grade grade) {
      return grades.getOrDefault(grade, 0);
    }

    void add(StateVerdict state) {
      switch (state.verdict()) {
        case Verdict.Unknown unjudged -> unknown++;
        case Verdict.Holds(Side side) -> grade(state, side == Side.OLD ? Grade.OLD : Grade.NEW);
        case Verdict.Violated(List<Violation> found) -> {
          found.stream()
              .map(each -> each.property().name())
              .distinct()
              .forEach(name -> violations.merge(name, 1, Integer::sum));
          Grades.of(result, state.state())
              .ifPresentOrElse(grade -> grade(state, grade), () -> unknown++);
        }
      }
    }

    private void grade(StateVerdict state, Grade grade) {
      grades.merge(grade, 1, Integer::sum);
      boolean reported =
          reportedAt.isPresent() && states.arrived(state.state()).issued() > reportedAt.get();
      if (reported && grade != Grade.NEW) {
        lost++;
      }
    }
  }
}
