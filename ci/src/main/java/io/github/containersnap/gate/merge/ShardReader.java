package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.recording.RecordingFile;
import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.MapReader;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateClass;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.report.StateMap;
import io.github.containersnap.gate.report.page.ResultReader;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.harness.property.GradedBoot;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the result of a shard. A file that is damaged, of another recording, or judged by another
 * gate is refused as a whole: one verdict of it is worth no more than the others.
 */
final class ShardReader {
  private final RecordingFile recording;
  private final StateDescription words;

  /**
   * A reader of results of one recording.
   *
   * @param words describes the states of its log
   */
  ShardReader(RecordingFile recording, StateDescription words) {
    this.recording = recording;
    this.words = words;
  }

  /** Why a file is refused: a part of a sentence. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String why) {
      super(why);
    }
  }

  /**
   * The result in a file.
   *
   * @throws RefusedException if it is not one of a shard of the recording
   */
  ShardResult read(Path file) {
    ResultJson result;
    try {
      result = new ResultReader(file).read();
    } catch (UnusableInputException | IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new RefusedException(message.replaceFirst("[.]$", ""));
    }
    ResultJson.Part part = result.shard();
    StateMap map = result.map();
    if (part == null || map == null) {
      throw new RefusedException("it is the result of a whole check, not of a shard");
    }
    // Without its log, the map was not compared with anything, and may name states without end.
    require(
        result.log().sequence() != null && result.log().marks() != null,
        "it is damaged: it does not have the log");
    requireSame(result, part);
    try {
      return new States(result, part, map).read(file);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
      throw new RefusedException("it is damaged: " + e.getMessage());
    }
  }

  private void requireSame(ResultJson result, ResultJson.Part part) {
    require(
        part.gate().equals(GateBuild.current()),
        "it was judged by another gate (%.120s; this is %s)"
            .formatted(part.gate(), GateBuild.current()));
    require(
        result.disk().equals(recording.disk())
            && result.old().equals(recording.old())
            && result.newImage().equals(recording.newImage())
            && Objects.equals(result.mutant(), recording.mutant())
            && sameUpdater(result.updater(), recording.updater())
            && result.transition().equals(recording.transition())
            && result.bootLoader().equals(recording.bootLoader())
            && Objects.equals(
                result.selection().commitEveryMilliseconds(), recording.commitEveryMilliseconds()),
        "it is of another recording");
    require(result.voidBecause() == null, "its run was no experiment");
  }

  /** The programs of another updater may lie elsewhere on another machine. */
  private static boolean sameUpdater(@Nullable String one, @Nullable String other) {
    return (one == null) == (other == null);
  }

  private static void require(boolean right, String why) {
    if (!right) {
      throw new RefusedException(why);
    }
  }

  /** The states of one file. */
  private final class States {
    private final ResultJson result;
    private final ResultJson.Part part;
    private final StateMap map;
    private final Map<String, List<Violation>> violations = new HashMap<>();
    private final Map<String, String> unknowns = new HashMap<>();

    States(ResultJson result, ResultJson.Part part, StateMap map) {
      this.result = result;
      this.part = part;
      this.map = map;
    }

    ShardResult read(Path file) {
      damaged(
          part.classes().size() == map.classes().size()
              && new HashSet<>(part.classes()).size() == part.classes().size(),
          "its classes are not named once each");
      result.violations().forEach(this::learn);
      result
          .unknowns()
          .forEach(
              each ->
                  damaged(
                      unknowns.put(each.address(), each.text()) == null,
                      each.address() + " is unknown twice"));
      SortedMap<CrashState, MapReader.Entry> entries = MapReader.entries(map);
      Map<CrashState, Verdict> verdicts = new TreeMap<>();
      Map<CrashState, StateClass> classes = new TreeMap<>();
      entries.forEach(
          (state, entry) -> {
            verdicts.put(state, verdict(state, entry));
            if (entry.classNumber() > 0) {
              classes.put(state, classOf(entry));
            }
          });
      damaged(
          violations.isEmpty() && unknowns.isEmpty(),
          "it says something of states that it does not have");
      Map<MapReader.Outcome, Long> counts = MapReader.count(entries);
      damaged(
          counts.getOrDefault(MapReader.Outcome.OLD, 0L) == result.outcomes().old()
              && counts.getOrDefault(MapReader.Outcome.NEW, 0L) == result.outcomes().newSystem()
              && counts.getOrDefault(MapReader.Outcome.VIOLATED, 0L)
                  == result.outcomes().violations()
              && counts.getOrDefault(MapReader.Outcome.UNKNOWN, 0L) == result.outcomes().unknown(),
          "it counts other outcomes than it has");
      ResultJson.PartBoots known = part.boots();
      damaged(
          result.boots().size() == result.states().booted()
              && (known != null || result.boots().isEmpty()),
          "it does not say what its boots were of");
      return new ShardResult(
          file,
          new Shard(part.index(), part.count()),
          part.plan(),
          part.planned(),
          result,
          verdicts,
          classes,
          known == null ? Optional.empty() : Optional.of(boots(file, known, entries, verdicts)));
    }

    private ShardBoots boots(
        Path file,
        ResultJson.PartBoots known,
        SortedMap<CrashState, MapReader.Entry> entries,
        Map<CrashState, Verdict> verdicts) {
      damaged(
          known.groups().size() == map.classes().size()
              && known.views().size() == map.classes().size(),
          "it does not say of each class what a boot depends on");
      Map<CrashState, String> groups = new TreeMap<>();
      SortedMap<CrashState, String> views = new TreeMap<>();
      entries.forEach(
          (state, entry) -> {
            if (entry.classNumber() > 0) {
              groups.put(state, known.groups().get(entry.classNumber() - 1));
              views.put(state, known.views().get(entry.classNumber() - 1));
            }
          });
      BootReader reader = new BootReader(file, part.index(), views, verdicts);
      Map<String, BootResults.Booted> booted = new HashMap<>();
      for (ResultJson.Boot each : result.boots()) {
        BootResults.Booted found = reader.read(each);
        damaged(
            booted.put(Objects.requireNonNull(views.get(found.state())), found) == null,
            "two of its boots are of one class");
      }
      return new ShardBoots(known.accelerator(), groups, views, booted);
    }

    /** The words begin with the moment, which follows from the state. */
    private void learn(ResultJson.Violated each) {
      CrashState state = CrashState.parse(each.address());
      String moment = words.of(state) + ": ";
      damaged(each.text().startsWith(moment), "the words for " + state + " are another's");
      violations
          .computeIfAbsent(each.address(), _ -> new ArrayList<>())
          .add(
              new Violation(
                  Property.valueOf(each.property()), each.text().substring(moment.length())));
    }

    private Verdict verdict(CrashState state, MapReader.Entry entry) {
      return switch (entry.outcome()) {
        case OLD -> new Verdict.Holds(Side.OLD);
        case NEW -> new Verdict.Holds(Side.NEW);
        case UNKNOWN -> {
          String text = unknowns.remove(state.toString());
          if (text == null) {
            throw new IllegalArgumentException("it does not say why " + state + " is unknown");
          }
          yield new Verdict.Unknown(text);
        }
        case VIOLATED -> {
          List<Violation> found = violations.remove(state.toString());
          if (found == null) {
            throw new IllegalArgumentException("it does not say what " + state + " violates");
          }
          yield new Verdict.Violated(found);
        }
      };
    }

    private StateClass classOf(MapReader.Entry entry) {
      StateMap.Row row = MapReader.row(map, entry);
      return new StateClass(
          part.classes().get(entry.classNumber() - 1),
          Optional.ofNullable(row.loader().root()),
          Optional.ofNullable(row.kernel().root()),
          side(row.boots()),
          side(row.afterwards()),
          Optional.ofNullable(part.grades().get(entry.classNumber())).map(States::requireWhole),
          Optional.empty());
    }

    /** The JSON reader leaves null what is missing, whatever the record says. */
    @SuppressWarnings("ConstantValue")
    private static GradedBoot requireWhole(GradedBoot grade) {
      damaged(
          grade.atPowerOn() != null
              && grade.settled() != null
              && grade.repaired().values().stream().allMatch(Objects::nonNull),
          "a grade is not whole");
      return grade;
    }

    private static Optional<Side> side(@Nullable String name) {
      return Optional.ofNullable(name).map(each -> Side.valueOf(each.toUpperCase(Locale.ROOT)));
    }

    private static void damaged(boolean right, String why) {
      if (!right) {
        throw new IllegalArgumentException(why);
      }
    }
  }
}
