package io.github.containersnap.gate.report.compare;

import io.github.containersnap.gate.report.MapReader;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateMap;
import io.github.containersnap.gate.report.compare.StateChange.Kind;
import io.github.containersnap.gate.report.compare.StateChange.Seen;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What two results have that differs. States of one recording are the same if their addresses are;
 * of two recordings, if they are the same moment of the same step ({@link
 * io.github.containersnap.gate.report.StableNames}). A state of one result whose moment the other
 * lacks was not checked there, or is equal there to an earlier state.
 */
public final class ResultComparison {
  private static final double MIB = 1 << 20;
  private static final int ID_DIGITS = 12;

  private final ComparedResult before;
  private final ComparedResult after;
  private final List<StateChange> changes;
  private final int common;

  /** Compares result A with result B. */
  public ResultComparison(ComparedResult before, ComparedResult after) {
    this.before = before;
    this.after = after;
    Map<String, CrashState> moments = isSameRecording() ? Map.of() : before.byMoment();
    List<StateChange> found = new ArrayList<>();
    int both = 0;
    if (haveMomentsInCommon()) {
      for (CrashState state : after.states().keySet()) {
        CrashState same =
            isSameRecording()
                ? before.states().containsKey(state) ? state : null
                : moments.get(after.names().of(state));
        both += same == null ? 0 : 1;
        Seen was = same == null ? Seen.MISSING : seen(before, same);
        add(found, after.names().of(state), was, seen(after, state));
      }
    }
    this.changes = List.copyOf(found);
    this.common = both;
  }

  /**
   * A fault, and in how many states each result shows it.
   *
   * @param property the property's name, such as {@code P1}
   * @param what the fault, without ids and numbers
   */
  public record FaultChange(String property, String what, long before, long after) {}

  /**
   * A line of the table of figures.
   *
   * @param change how B differs from A; empty if it does not, or cannot be said
   */
  public record Figure(String name, String before, String after, String change) {}

  /** Result A. */
  public ComparedResult before() {
    return before;
  }

  /** Result B. */
  public ComparedResult after() {
    return after;
  }

  /** Whether both judge crash states of one recording. */
  boolean isSameRecording() {
    return before.result().disk().equals(after.result().disk());
  }

  /** Whether the moments of one can be looked for in the other. */
  boolean haveMomentsInCommon() {
    return isSameRecording()
        || (Objects.equals(before.result().updater(), after.result().updater())
            && before.result().transition().equals(after.result().transition())
            && before.result().bootLoader().equals(after.result().bootLoader()));
  }

  /** How many states both have. */
  public int common() {
    return common;
  }

  /** All changes, in the order of B's states; neighbours that changed alike are one. */
  public List<StateChange> changes() {
    return changes;
  }

  /** The changes of one kind. */
  public List<StateChange> changes(Kind kind) {
    return changes.stream().filter(each -> each.kind() == kind).toList();
  }

  /** How many states changed so. */
  public int states(Kind kind) {
    return changes(kind).stream().mapToInt(StateChange::states).sum();
  }

  private static void add(List<StateChange> found, String moment, Seen was, Seen is) {
    Kind kind = kind(was, is);
    if (kind == null) {
      return;
    }
    StateChange change = new StateChange(kind, moment, moment, 1, was, is);
    if (!found.isEmpty() && found.getLast().continuedBy(change)) {
      found.set(found.size() - 1, found.getLast().and(change));
    } else {
      found.add(change);
    }
  }

  /** A state that A lacks has changed only if B does not find it right. */
  private static @Nullable Kind kind(Seen was, Seen is) {
    if (was.sameAs(is)) {
      return null;
    }
    if (!is.faults().isEmpty()) {
      return was.faults().isEmpty() ? Kind.BECAME_VIOLATED : Kind.VIOLATED_OTHERWISE;
    }
    if (is.outcome().equals(inWords(MapReader.Outcome.UNKNOWN))) {
      return Kind.BECAME_UNKNOWN;
    }
    if (was.address().isEmpty()) {
      return null;
    }
    boolean wasWrong =
        !was.faults().isEmpty() || was.outcome().equals(inWords(MapReader.Outcome.UNKNOWN));
    return wasWrong ? Kind.BECAME_RIGHT : Kind.OTHER_SYSTEM;
  }

  private static Seen seen(ComparedResult side, CrashState state) {
    MapReader.Entry entry = Objects.requireNonNull(side.states().get(state));
    List<ResultJson.Fault> faults = faults(side, entry);
    return new Seen(
        state.toString(),
        entry.outcome() == MapReader.Outcome.VIOLATED
            ? "violates "
                + faults.stream()
                    .map(each -> titled(each.property()))
                    .distinct()
                    .collect(Collectors.joining(", "))
            : inWords(entry.outcome()),
        entry.classNumber(),
        faults.stream().map(each -> each.property() + ": " + each.what()).toList());
  }

  private static List<ResultJson.Fault> faults(ComparedResult side, MapReader.Entry entry) {
    StateMap map = Objects.requireNonNull(side.result().map());
    return entry.failure() < 0
        ? List.of()
        : map.failures().get(entry.failure()).stream().map(side.result().faults()::get).toList();
  }

  static String inWords(MapReader.Outcome outcome) {
    return switch (outcome) {
      case OLD -> "boots old";
      case NEW -> "boots new";
      case UNKNOWN -> "unknown";
      case VIOLATED -> "violated";
    };
  }

  /** Such as "P1 (atomic)". */
  static String titled(String property) {
    return Stream.of(Property.values())
        .filter(each -> each.name().equals(property))
        .findFirst()
        .map(each -> "%s (%s)".formatted(each, each.title()))
        .orElse(property);
  }

  /** The faults of both, those that only B shows first, then those that only A shows. */
  public List<FaultChange> faults() {
    Map<String, FaultChange> all = new LinkedHashMap<>();
    for (ResultJson.Fault each : before.result().faults()) {
      all.put(key(each), new FaultChange(each.property(), each.what(), each.states(), 0));
    }
    for (ResultJson.Fault each : after.result().faults()) {
      FaultChange was = all.get(key(each));
      all.put(
          key(each),
          new FaultChange(
              each.property(), each.what(), was == null ? 0 : was.before(), each.states()));
    }
    return all.values().stream().sorted(Comparator.comparingInt(ResultComparison::rank)).toList();
  }

  /** The numbers, from 1, of a state's faults in {@link #faults}, such as {@code 1, 2}. */
  String numbers(StateChange.Seen seen) {
    List<String> all = faults().stream().map(each -> each.property() + ": " + each.what()).toList();
    return seen.faults().stream()
        .map(fault -> all.indexOf(fault) + 1)
        .sorted()
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  private static int rank(FaultChange fault) {
    return fault.before() == 0 ? 0 : fault.after() == 0 ? 1 : 2;
  }

  private static String key(ResultJson.Fault fault) {
    return fault.property() + ": " + fault.what();
  }

  /** Whether B violates something that A does not, or B is violated and A is not. */
  public ExitStatus status() {
    boolean worse =
        states(Kind.BECAME_VIOLATED) + states(Kind.VIOLATED_OTHERWISE) > 0
            || faults().stream().anyMatch(each -> each.before() == 0)
            || (isViolated(after) && !isViolated(before));
    if (worse) {
      return ExitStatus.VIOLATED;
    }
    boolean lessKnown =
        states(Kind.BECAME_UNKNOWN) > 0
            || after.result().voidBecause() != null
            || (!isViolated(after) && !after.result().verdict().equals("holds"));
    return lessKnown ? ExitStatus.CANNOT_TELL : ExitStatus.HOLDS;
  }

  private static boolean isViolated(ComparedResult side) {
    return side.result().verdict().equals("violated");
  }

  /** One sentence. */
  public String sentence() {
    int newly = states(Kind.BECAME_VIOLATED);
    int mended = states(Kind.BECAME_RIGHT);
    return switch (status()) {
      case VIOLATED ->
          newly == 0
              ? "B violates something that A does not."
              : "%,d %s violated in B and not in A."
                  .formatted(newly, newly == 1 ? "state is" : "states are");
      case CANNOT_TELL ->
          "Nothing was seen to be worse in B, but B has states that could not be judged.";
      default ->
          mended == 0
              ? "B violates nothing that A does not."
              : "%,d %s right in B that %s not in A, and nothing became worse."
                  .formatted(
                      mended,
                      mended == 1 ? "state is" : "states are",
                      mended == 1 ? "was" : "were");
    };
  }

  /** What limits the comparison, in sentences. */
  public List<String> limits() {
    List<String> said = new ArrayList<>();
    if (!haveMomentsInCommon()) {
      said.add(
          "The two are different updates (updater, transition or boot loader), whose moments have"
              + " nothing in common: states are not compared one by one.");
    } else if (!isSameRecording()) {
      said.add(
          ("The two are different recordings. %,d of B's %,d states were found in A by their"
                  + " moment: the step, the epoch in it and the write in that. A moment that shifts"
                  + " by a write is another moment.")
              .formatted(common, after.states().size()));
    }
    if (!before.result().selection().states().equals(after.result().selection().states())) {
      said.add(
          "A was checked with --states %s, B with --states %s."
              .formatted(
                  before.result().selection().states(), after.result().selection().states()));
    }
    limits("A", before.result(), said);
    limits("B", after.result(), said);
    return said;
  }

  private static void limits(String name, ResultJson result, List<String> said) {
    if (result.selection().sample() != null) {
      said.add(name + " is a sample of its states.");
    }
    if (result.shard() != null) {
      said.add(name + " is one shard of a check, not all of it.");
    }
    if (result.voidBecause() != null) {
      said.add("%s proves nothing: %s.".formatted(name, result.voidBecause()));
    }
  }

  /** What both are, and what both cost. */
  public List<Figure> figures() {
    ResultJson one = before.result();
    ResultJson other = after.result();
    List<Figure> rows = new ArrayList<>();
    rows.add(text("verdict", verdict(one), verdict(other)));
    rows.add(text("updater", before.updater(), after.updater()));
    rows.add(text("planted fault", or(one.mutant()), or(other.mutant())));
    rows.add(text("transition", one.transition(), other.transition()));
    rows.add(text("boot loader", one.bootLoader(), other.bootLoader()));
    rows.add(text("old image", id(one.old()), id(other.old())));
    rows.add(text("new image", id(one.newImage()), id(other.newImage())));
    rows.add(text("--states", one.selection().states(), other.selection().states()));
    rows.add(count("states", one.states().total(), other.states().total()));
    rows.add(count("checked", one.states().checked(), other.states().checked()));
    rows.add(count("boot old", one.outcomes().old(), other.outcomes().old()));
    rows.add(count("boot new", one.outcomes().newSystem(), other.outcomes().newSystem()));
    rows.add(count("violated", one.outcomes().violations(), other.outcomes().violations()));
    rows.add(count("unknown", one.outcomes().unknown(), other.outcomes().unknown()));
    rows.add(count("classes", one.states().classes(), other.states().classes()));
    rows.add(count("writes", one.log().writes(), other.log().writes()));
    rows.add(count("flushes", one.log().flushes(), other.log().flushes()));
    rows.add(count("epochs", one.log().epochs(), other.log().epochs()));
    rows.add(measure("MiB written", one.log().bytes() / MIB, other.log().bytes() / MIB));
    rows.add(measure("s recording", one.seconds().record(), other.seconds().record()));
    rows.add(measure("s checking", one.seconds().check(), other.seconds().check()));
    rows.add(measure("states/s", before.statesPerSecond(), after.statesPerSecond()));
    return rows;
  }

  private static String verdict(ResultJson result) {
    return result.voidBecause() != null ? "no experiment" : result.verdict();
  }

  private static String or(@Nullable String text) {
    return text == null ? "none" : text;
  }

  private static String id(ResultJson.Image image) {
    return image.imageId().length() <= ID_DIGITS
        ? image.imageId()
        : image.imageId().substring(0, ID_DIGITS);
  }

  private static Figure text(String name, String one, String other) {
    return new Figure(name, one, other, one.equals(other) ? "" : "differs");
  }

  private static Figure count(String name, long one, long other) {
    return new Figure(
        name,
        String.format(Locale.ROOT, "%,d", one),
        String.format(Locale.ROOT, "%,d", other),
        one == other
            ? ""
            : String.format(Locale.ROOT, "%+,d", other - one)
                + share((double) one, (double) other));
  }

  private static Figure measure(String name, double one, double other) {
    return new Figure(
        name,
        String.format(Locale.ROOT, "%,.1f", one),
        String.format(Locale.ROOT, "%,.1f", other),
        Math.abs(other - one) < 0.05
            ? ""
            : String.format(Locale.ROOT, "%+,.1f", other - one) + share(one, other));
  }

  private static String share(double one, double other) {
    return one == 0 ? "" : String.format(Locale.ROOT, " (%+.0f %%)", 100 * (other - one) / one);
  }
}
