package io.github.containersnap.gate.report;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.run.NamedFault;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The result as a person reads it at the end. */
public final class SummaryTable {
  private static final String EVERY_CUT =
      "a power cut after each write and each flush, before the first, after the last";
  private static final int MOST_ITEMS = 5;
  private static final int NAME_COLUMNS = 12;

  private final CheckResult result;
  private final StateDescription words;
  private final int columns;

  /**
   * The summary of {@code result}.
   *
   * @param columns how many characters fit into a line
   */
  public SummaryTable(CheckResult result, int columns) {
    this.result = result;
    this.words = new StateDescription(result.recorded().log());
    this.columns = columns;
  }

  /** Prints the summary. */
  public void print(PrintStream out) {
    row(
        out,
        "log",
        "%s: %s, %s, %s%s"
            .formatted(
                entries(result.recorded().log().entries().size()),
                count(result.recorded().log().writes(), "write"),
                count(result.recorded().log().flushes(), "flush"),
                mebibytes(result.recorded().log().bytes()),
                result
                    .selection()
                    .commitsEvery()
                    .map(Duration::toMillis)
                    .map("; a commit by somebody else every %,d ms"::formatted)
                    .orElse("")));
    row(out, "states", states());
    row(out, "distinct", distinct());
    if (result.shard().isPresent()) {
      row(out, "shard", shard(result.shard().get()));
    }
    row(out, "checked", checked());
    boolean usual = result.update().scenario().isUsual();
    row(out, usual ? "boot old" : "as before", number(result.holding(Side.OLD)));
    row(out, usual ? "boot new" : "as after", bootNew());
    if (!result.boots().isEmpty()) {
      row(out, "booted", booted());
    }
    row(out, "violated", number(result.violated().size()));
    neither(out);
    row(out, "unknown", number(result.unknown().size()));
    row(
        out,
        "seconds",
        "%s recording, %s checking (%s states a second)%s"
            .formatted(
                seconds(result.recorded().took()),
                seconds(result.sweep().took()),
                String.format(Locale.ROOT, "%.1f", result.sweep().statesPerSecond()),
                result.boots().isEmpty()
                    ? ""
                    : ", %s booting".formatted(seconds(result.boots().took()))));
    out.println();
    violations(out);
    faults(out);
    unknowns(out);
    new TextWrap("", "", columns).lines(verdict()).forEach(out::println);
  }

  /** Of other updaters: how far what boots is from the two systems. */
  private void neither(PrintStream out) {
    ResultJson.Neither neither = ResultJson.Neither.of(result);
    if (neither == null) {
      return;
    }
    row(
        out,
        "neither",
        "%s mixed (each file of one system, not all of the same), %s torn (a file of neither), %s unbootable%s"
            .formatted(
                number(neither.mixed()),
                number(neither.torn()),
                number(neither.unbootable()),
                repaired(neither)));
    if (!neither.notJudged().isEmpty()) {
      row(out, "not judged", String.join(", ", neither.notJudged()));
    }
  }

  private static String repaired(ResultJson.Neither neither) {
    return neither.repaired().entrySet().stream()
        .filter(each -> neither.atPowerOn() > 0 && !each.getKey().equals("none"))
        .map(
            each ->
                "%s repairs %s of %s tried"
                    .formatted(
                        each.getKey(),
                        number(each.getValue()),
                        number(neither.tried(each.getKey()))))
        .map(text -> "; " + text)
        .collect(Collectors.joining());
  }

  private void row(PrintStream out, String name, String value) {
    String first = "  " + name + " ".repeat(NAME_COLUMNS - name.length());
    new TextWrap(first, " ".repeat(NAME_COLUMNS + 2), columns).lines(value).forEach(out::println);
  }

  /** How many points there are, and which. */
  private String states() {
    return switch (result.selection().kind()) {
      case WRITE -> number(result.sweep().states().total()) + ": " + EVERY_CUT;
      case FLUSH ->
          number(result.sweep().states().total())
              + ": a power cut after each flush, before the first write, after the last; cuts"
              + " between two flushes were left out (--states flush)";
      case ALL ->
          "%s. %s: %s. Of what no flush had made durable: %s"
              .formatted(
                  number(result.sweep().states().total()),
                  number(result.sweep().states().total(CrashState.Family.PREFIX)),
                  EVERY_CUT,
                  inFlight());
    };
  }

  private String inFlight() {
    return Stream.of(CrashState.Family.values())
        .filter(family -> result.sweep().states().total(family) > 0)
        .flatMap(family -> inFlight(family).stream())
        .collect(Collectors.joining("; "));
  }

  private Optional<String> inFlight(CrashState.Family family) {
    String number = number(result.sweep().states().total(family));
    return switch (family) {
      case PREFIX -> Optional.empty();
      case DROPPED -> Optional.of(number + " with one write lost");
      case KEPT -> Optional.of(number + " with one write kept");
      case SUBSET -> Optional.of("%s with a random part kept (seed %d)".formatted(number, seed()));
      case LOST -> Optional.of(number + " with the last writes lost as success was reported");
      case TORN ->
          Optional.of(
              "%s with one write torn at %s bytes"
                  .formatted(number, number(result.selection().inFlight().atomicUnit())));
    };
  }

  private long seed() {
    return result.selection().inFlight().seed();
  }

  private String distinct() {
    int same = result.sweep().states().total() - result.sweep().states().distinct();
    String distinct = number(result.sweep().states().distinct());
    return same == 0
        ? distinct
        : "%s: the other %s %s a disk with the content of %s"
            .formatted(
                distinct,
                number(same),
                same == 1 ? "leaves" : "leave",
                result.selection().kind() == SelectedStates.Kind.ALL
                    ? "one of these"
                    : "an earlier one");
  }

  private String shard(ShardPart part) {
    return "%d of %d: %s of the %s to check, with all of their classes"
        .formatted(
            part.shard().index(),
            part.shard().count(),
            number(result.sweep().verdicts().size()),
            number(part.planned()));
  }

  private String checked() {
    long reached = result.sweep().verdicts().size() - result.unreached();
    String checked = number(reached);
    String which =
        result.selection().sample().isPresent()
            ? "%s: a sample of the distinct ones (seed %d)"
                .formatted(checked, result.selection().seed())
            : result.unreached() > 0
                ? "%s of %s: the others are unknown"
                    .formatted(checked, number(result.sweep().verdicts().size()))
                : checked + (result.shard().isPresent() ? ": all of the shard" : ": all of these");
    String depth =
        result.selection().depth() == CrashSweep.Depth.EVERY_STATE ? "each in depth" : inDepth();
    long others = reached - result.sweep().lookedAt();
    return others <= 0
        ? "%s; each seen by GRUB's driver and mounted by the kernel, %s".formatted(which, depth)
        : "%s; %s seen by GRUB's driver and mounted by the kernel, the other %s recognised as equal to one of them in all that btrfs refers to; %s"
            .formatted(which, number(result.sweep().lookedAt()), number(others), depth);
  }

  private String inDepth() {
    String classes = count(result.sweep().classes(), "class");
    int machines = result.sweep().machines();
    if (!result.update().updatedAgain()) {
      return "one of each of %s in depth (trees, recovery, a check of the filesystem)"
          .formatted(classes);
    }
    return machines == 0
        ? "one of each of %s in depth (trees, recovery, btrfs check, the update again)"
            .formatted(classes)
        : "one of each of %s in depth (trees, recovery, btrfs check; the update again on each of the %s that recovery left)"
            .formatted(classes, count(machines, "different machine"));
  }

  private String bootNew() {
    String holding = number(result.holding(Side.NEW));
    return result.sweep().bootingOnce() == 0
        ? holding
        : "%s; in %s of these once, and old from then on: GRUB goes by the newest copy of the superblock, the kernel by the first (docs/decisions/0012)"
            .formatted(holding, number(result.sweep().bootingOnce()));
  }

  /** One of each class, and what proved that it came up. */
  private String booted() {
    long failed = result.boots().all().stream().filter(b -> b.problem().isPresent()).count();
    String proofs =
        result.boots().proofs().entrySet().stream()
            .map(proof -> "%s in %s".formatted(proof.getKey(), number(proof.getValue())))
            .collect(Collectors.joining(", "));
    return "%s: one of each class of states that a boot cannot tell apart, in a virtual machine with %s; %s%s"
        .formatted(
            number(result.boots().all().size()),
            result.boots().accelerator(),
            failed == 0
                ? "all came up as they should"
                : number(failed)
                    + (failed == 1
                        ? " did not come up as it should"
                        : " did not come up as they should"),
            proofs.isEmpty() ? "" : ". The proof: " + proofs);
  }

  private void violations(PrintStream out) {
    List<ViolationGroup> groups = ViolationGroup.of(result.sweep().verdicts());
    for (ViolationGroup group : groups.stream().limit(MOST_ITEMS).toList()) {
      String when =
          "%s: %s%s:"
              .formatted(group.first().state(), words.of(group.first().state()), again(group));
      new TextWrap("  ", "  ", columns).lines(when).forEach(out::println);
      for (Violation violation : group.violations()) {
        String text =
            "%s (%s): %s"
                .formatted(
                    violation.property(), violation.property().title(), sentence(violation.text()));
        new TextWrap("    ", "      ", columns).lines(text).forEach(out::println);
      }
    }
    if (groups.size() > MOST_ITEMS) {
      long states =
          groups.stream().skip(MOST_ITEMS).mapToLong(group -> group.states().size()).sum();
      new TextWrap("  ", "  ", columns)
          .lines(
              "… and %s, at %s; all are in the report (--report DIR)."
                  .formatted(
                      count(groups.size() - MOST_ITEMS, "other finding"),
                      count(
                          states,
                          result.selection().kind() == SelectedStates.Kind.ALL
                              ? "other state"
                              : "other power cut")))
          .forEach(out::println);
    }
    if (!groups.isEmpty()) {
      out.println();
    }
  }

  /** All that is wrong, once each, however many states show it. */
  private void faults(PrintStream out) {
    Map<NamedFault, Long> faults = NamedFault.in(result.sweep().verdicts());
    if (faults.size() < 2) {
      return;
    }
    new TextWrap("  ", "  ", columns)
        .lines(
            "%s distinct faults, by property and by what was seen:"
                .formatted(number(faults.size())))
        .forEach(out::println);
    faults.forEach(
        (fault, states) ->
            new TextWrap("    ", "      ", columns)
                .lines(
                    "%s, %s: %s"
                        .formatted(
                            fault.property(), count(states, "state"), sentence(fault.what())))
                .forEach(out::println));
    out.println();
  }

  /** What tools say has line breaks of its own, and often a full stop. */
  private static String sentence(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.endsWith(".") ? line : line + ".";
  }

  /** For a group of more than one state: where else it is the same. */
  private String again(ViolationGroup group) {
    int others = group.states().size() - 1;
    if (others == 0) {
      return "";
    }
    if (!(group.first().state() instanceof CrashState.Prefix)) {
      return others == 1
          ? "; the same in the next state of this kind"
          : "; the same in each of the next %s states of this kind".formatted(number(others));
    }
    String upTo = ", up to " + group.last().state();
    if (result.selection().sample().isPresent()
        || result.selection().kind() == SelectedStates.Kind.FLUSH
        || !group.states().stream().skip(1).allMatch(this::isAfterWrite)) {
      return others == 1
          ? "; the same at the next power cut that was checked" + upTo
          : "; the same at each of the next %s power cuts that were checked%s"
              .formatted(number(others), upTo);
    }
    return others == 1
        ? "; the same after the next write"
        : "; the same after each of the next %s writes".formatted(number(others));
  }

  private boolean isAfterWrite(StateVerdict state) {
    int entries = words.issued(state.state());
    return entries > 0
        && result.recorded().log().entries().get(entries - 1) instanceof LogEntry.Write;
  }

  private void unknowns(PrintStream out) {
    List<StateVerdict> unknown = result.unknown();
    for (StateVerdict state : unknown.stream().limit(MOST_ITEMS).toList()) {
      String text =
          "unknown: %s: %s: %s"
              .formatted(
                  state.state(),
                  words.of(state.state()),
                  ((Verdict.Unknown) state.verdict()).obstacle());
      new TextWrap("  ", "    ", columns).lines(text).forEach(out::println);
    }
    if (unknown.size() > MOST_ITEMS) {
      out.printf("  … and %s more%n", number(unknown.size() - MOST_ITEMS));
    }
    if (!unknown.isEmpty()) {
      out.println();
    }
  }

  private String verdict() {
    if (result.voidBecause().isPresent()) {
      return "UNKNOWN: the run was no experiment: %s.".formatted(result.voidBecause().get());
    }
    return switch (result.status()) {
      case HOLDS -> holds();
      case VIOLATED ->
          "VIOLATED: after %s of %s %s something does not hold: %s."
              .formatted(
                  number(result.violated().size()),
                  number(result.sweep().verdicts().size()),
                  result.selection().kind() == SelectedStates.Kind.ALL ? "crashes" : "power cuts",
                  violatedProperties());
      case CANNOT_TELL, UNUSABLE, NOTHING_TO_CHECK ->
          "UNKNOWN: %s of %s states could not be judged."
              .formatted(number(result.unknown().size()), number(result.sweep().verdicts().size()));
    };
  }

  /** E.g. "P1 (atomic) after 42, P5 (converges) after 12". */
  private String violatedProperties() {
    Map<Property, Long> states =
        result.violated().stream()
            .flatMap(
                state ->
                    ((Verdict.Violated) state.verdict())
                        .violations().stream().map(Violation::property).distinct())
            .collect(
                Collectors.groupingBy(
                    Function.identity(),
                    () -> new EnumMap<>(Property.class),
                    Collectors.counting()));
    return states.entrySet().stream()
        .map(
            entry ->
                "%s (%s) after %s"
                    .formatted(entry.getKey(), entry.getKey().title(), number(entry.getValue())))
        .collect(Collectors.joining(", "));
  }

  /** Never more than was looked at. */
  private String holds() {
    String whole = result.update().scenario().wholeInWords();
    if (result.shard().isPresent()) {
      return holds(result.shard().get(), whole);
    }
    if (result.selection().sample().isPresent()) {
      return "HOLDS for a sample: after each of %s of %s distinct %s %s"
          .formatted(
              number(result.sweep().verdicts().size()),
              number(result.sweep().states().distinct()),
              result.selection().kind() == SelectedStates.Kind.ALL ? "crashes" : "power cuts",
              whole);
    }
    return switch (result.selection().kind()) {
      case WRITE ->
          "HOLDS: after a power cut at each of %s points %s"
              .formatted(number(result.sweep().states().total()), whole);
      case FLUSH ->
          "HOLDS at flushes: after a power cut at each of %s points %s Power cuts between flushes were not checked."
              .formatted(number(result.sweep().states().total()), whole);
      case ALL -> {
        int cuts = result.sweep().states().total(CrashState.Family.PREFIX);
        yield "HOLDS: after a power cut at each of %s points, and with each of %s parts of what was in flight, %s"
            .formatted(number(cuts), number(result.sweep().states().total() - cuts), whole);
      }
    };
  }

  private String holds(ShardPart part, String whole) {
    String merge =
        "`ci/gate merge` says what all %d shards come to.".formatted(part.shard().count());
    return result.sweep().verdicts().isEmpty()
        ? "HOLDS for %s, which has no states to check. %s".formatted(part.shard().inWords(), merge)
        : "HOLDS for %s: after each of %s of %s %s %s %s"
            .formatted(
                part.shard().inWords(),
                number(result.sweep().verdicts().size()),
                number(part.planned()),
                result.selection().kind() == SelectedStates.Kind.ALL ? "crashes" : "power cuts",
                whole,
                merge);
  }

  private static String entries(int number) {
    return number(number) + (number == 1 ? " entry" : " entries");
  }

  private static String count(long number, String noun) {
    String plural = noun.endsWith("sh") || noun.endsWith("ss") ? noun + "es" : noun + "s";
    return number(number) + " " + (number == 1 ? noun : plural);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
