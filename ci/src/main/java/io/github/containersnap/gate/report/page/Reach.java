package io.github.containersnap.gate.report.page;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.harness.property.Property;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in plain English what a result means: how far the check looked, and where it did not. */
final class Reach {
  private static final String ALL = "all";

  private final ResultJson result;

  Reach(ResultJson result) {
    this.result = result;
  }

  /** The verdict in one sentence. It never claims more than was looked at. */
  String verdict() {
    if (result.voidBecause() != null) {
      return "The run proves nothing: %s.".formatted(result.voidBecause());
    }
    return switch (result.verdict()) {
      case "holds" -> holds();
      case "violated" ->
          "After %s of %s %s something does not hold: %s."
              .formatted(
                  number(result.outcomes().violations()),
                  number(result.states().checked()),
                  cuts(),
                  violated());
      default ->
          "%s of %s states could not be judged."
              .formatted(number(result.outcomes().unknown()), number(result.states().checked()));
    };
  }

  private String holds() {
    String whole =
        result.transition().equals(Scenario.USUAL.transition().optionName())
            ? "the machine boots the old or the new system, whole."
            : "the machine is wholly what it was before, or wholly what it is after.";
    if (result.shard() != null) {
      return "In shard %d of %d, after each of %s of %s %s, %s"
          .formatted(
              result.shard().index(),
              result.shard().count(),
              number(result.states().checked()),
              number(result.shard().planned()),
              cuts(),
              whole);
    }
    if (result.selection().sample() != null) {
      return "After each of %s %s, a sample of %s, %s"
          .formatted(
              number(result.states().checked()), cuts(), number(result.states().distinct()), whole);
    }
    int prefixes = result.states().families().getOrDefault("prefix", 0);
    return isAll()
        ? "After a power cut at each of %s points, and with each of %s parts of what was in flight, %s"
            .formatted(number(prefixes), number(result.states().total() - prefixes), whole)
        : "After a power cut at each of %s points %s"
            .formatted(number(result.states().total()), whole);
  }

  private String violated() {
    Map<String, Set<String>> states = new TreeMap<>();
    result
        .violations()
        .forEach(
            each ->
                states
                    .computeIfAbsent(each.property(), _ -> new LinkedHashSet<>())
                    .add(each.address()));
    return states.entrySet().stream()
        .map(each -> "%s after %s".formatted(named(each.getKey()), number(each.getValue().size())))
        .collect(Collectors.joining(", "));
  }

  private static String named(String property) {
    return Stream.of(Property.values())
        .filter(each -> each.name().equals(property))
        .findFirst()
        .map(each -> "%s (%s)".formatted(each, each.title()))
        .orElse(property);
  }

  /** How far the check looked. */
  List<String> lookedAt() {
    List<String> said = new ArrayList<>();
    said.add(
        "%s crash states: %s. %s of them differ in content, and %s."
            .formatted(
                number(result.states().total()),
                families(),
                number(result.states().distinct()),
                result.shard() != null
                    ? "%s of these are in this shard and were checked"
                        .formatted(number(result.states().checked()))
                    : result.selection().sample() == null
                        ? "each of these was checked"
                        : "%s of these were checked, drawn with seed %d"
                            .formatted(
                                number(result.states().checked()), result.selection().seed())));
    said.add(
        ("%s were read by GRUB's own driver and mounted by the kernel. The others%s are equal"
                + " to one of these in everything that btrfs refers to.")
            .formatted(
                number(result.states().lookedAt()),
                result.outcomes().unknown() == 0 ? "" : ", unless they are unknown,"));
    said.add(
        ("One of each of %s classes of equal states was examined in depth: every file of the"
                + " system, recovery, %s.")
            .formatted(number(result.states().classes()), depth()));
    if (result.states().booted() > 0) {
      said.add(
          "One of each of %s classes that a boot cannot tell apart was booted in a virtual machine."
              .formatted(number(result.states().booted())));
    }
    return said;
  }

  private String families() {
    return result.states().families().entrySet().stream()
        .filter(each -> each.getValue() > 0)
        .map(each -> "%s %s".formatted(number(each.getValue()), inWords(each.getKey())))
        .collect(Collectors.joining(", "));
  }

  private String inWords(String family) {
    return switch (family) {
      case "prefix" ->
          result.selection().states().equals("flush")
              ? "after a flush"
              : "after a write or a flush";
      case "dropped" -> "with one write in flight lost";
      case "kept" -> "with one write in flight kept";
      case "subset" -> "with a random part in flight kept";
      case "lost" -> "with the last writes lost";
      case "torn" -> "with one write torn";
      default -> family;
    };
  }

  /** What the check did not look at, and the command that does. */
  List<String> notLookedAt() {
    List<String> said = new ArrayList<>();
    if (result.voidBecause() != null) {
      said.add("Anything: the run proves nothing, for the reason above.");
    }
    if (result.shard() != null) {
      said.add(
          "%s of the %s states: they are in the other shards. ci/gate merge puts them together."
              .formatted(
                  number((long) result.shard().planned() - result.states().checked()),
                  number(result.shard().planned())));
    }
    if (result.selection().sample() != null) {
      said.add(
          "%s of the %s distinct states: the check took a sample. Leave out --sample."
              .formatted(
                  number((long) result.states().distinct() - result.states().checked()),
                  number(result.states().distinct())));
    }
    if (result.selection().states().equals("flush")) {
      said.add("Power cuts between two flushes: --states write.");
    }
    said.add(
        isAll()
            ? ("Most parts of the writes in flight: of an epoch of n writes there are 2ⁿ. The check"
                    + " took each write lost, each write kept, %s random parts of each epoch, and"
                    + " writes torn at %s bytes.")
                .formatted(result.selection().subsets(), result.selection().atomicUnit())
            : "Writes that a disk reorders or tears between two flushes: --states all.");
    if (result.selection().commitEveryMilliseconds() == null) {
      said.add(
          "A filesystem that is committed while the update runs, as the kernel does every 30"
              + " seconds: --commit-every MS.");
    }
    if (result.states().booted() == 0) {
      said.add("Real boots, with firmware, GRUB, kernel and init: --boot.");
    }
    if (result.selection().depth().equals("each-class")) {
      said.add("Each state of a class in depth; one stands for all of them: --every-state.");
    }
    said.add(
        "Full disks, I/O errors, broken downloads, two updates at once: ci/gate mutants, ci/gate"
            + " properties.");
    said.add("A disk that reports a flush before it has made the data durable.");
    return said;
  }

  private boolean isAll() {
    return result.selection().states().equals(ALL);
  }

  private String cuts() {
    return isAll() ? "crashes" : "power cuts";
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private String depth() {
    ResultJson.Neither other = result.neither();
    return other == null || other.updatedAgain()
        ? "btrfs check, and the same command again"
        : "and a check of the filesystem; the same update was not made again";
  }
}
