package io.github.containersnap.gate.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.base.Json;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.NamedFault;
import io.github.containersnap.harness.experiment.UpdateExperiment;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.GradedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code result.json}, schema 1 (DESIGN §6). Later schemas only add fields. */
public record ResultJson(
    int schema,
    String verdict,
    Image old,
    @JsonProperty("new") Image newImage,
    @Nullable String mutant,
    @Nullable String updater,
    String transition,
    String bootLoader,
    Disk disk,
    Log log,
    Selection selection,
    States states,
    Outcomes outcomes,
    Seconds seconds,
    List<Violated> violations,
    List<Fault> faults,
    List<Unknown> unknowns,
    List<Boot> boots,
    @JsonProperty("void") @Nullable String voidBecause,
    @Nullable StateMap map,
    @Nullable Part shard,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Neither neither) {

  /**
   * Of the states of another updater that boot neither system, how many are of which grade.
   *
   * @param mixed each file is wholly of one system, but not all of the same
   * @param torn a file is of neither
   * @param unbootable no filesystem, root, kernel or init
   * @param atPowerOn how many there were before anything was repaired
   * @param repaired how many of those each repair made one of the two systems
   * @param tried in how many of those each repair was tried
   * @param notJudged the paths that the updater declares as not to be judged
   * @param updatedAgain whether the same update was made again in what the power cuts left
   */
  public record Neither(
      int mixed,
      int torn,
      int unbootable,
      int atPowerOn,
      Map<String, Integer> repaired,
      Map<String, Integer> tried,
      List<String> notJudged,
      boolean updatedAgain) {
    public Neither {
      // A file that somebody else wrote may lack them.
      repaired = new TreeMap<>(Map.copyOf(Objects.requireNonNullElse(repaired, Map.of())));
      tried = new TreeMap<>(Map.copyOf(Objects.requireNonNullElse(tried, Map.of())));
      notJudged = List.copyOf(Objects.requireNonNullElse(notJudged, List.of()));
    }

    /** In how many states a repair was tried: in all, if a file from elsewhere does not say it. */
    public int tried(String repair) {
      return tried.getOrDefault(repair, atPowerOn);
    }

    static @Nullable Neither of(CheckResult result) {
      Grades grades = Grades.of(result);
      return result.update().updater().foreign().isEmpty() || !grades.areKnown()
          ? null
          : new Neither(
              grades.count(Grade.MIXED),
              grades.count(Grade.TORN),
              grades.count(Grade.UNBOOTABLE),
              grades.neitherAtPowerOn(),
              grades.repaired(),
              grades.tried(),
              result.update().notJudged(),
              result.update().updatedAgain());
    }
  }

  /**
   * Which part of a check this is.
   *
   * @param index which shard, from 1
   * @param count how many there are
   * @param plan SHA-256 of the division into shards
   * @param planned how many states all shards have together
   * @param gate the gate that judged it
   * @param classes what the classes of the map are recognised by, in its order
   * @param machines what the machines are recognised by on which the command was given again
   * @param boots what is known of its boots; missing if nothing was to be booted
   * @param grades how whole the system is that the states of a class boot, by the class's number in
   *     the map, from 1; only of other updaters
   */
  public record Part(
      int index,
      int count,
      String plan,
      int planned,
      String gate,
      List<String> classes,
      List<String> machines,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PartBoots boots,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, GradedBoot> grades) {
    public Part {
      // A result of container-snap lacks them.
      grades = new TreeMap<>(Objects.requireNonNullElse(grades, Map.of()));
    }

    static Part of(CheckResult result, ShardPart part) {
      return new Part(
          part.shard().index(),
          part.shard().count(),
          part.planSha256(),
          part.planned(),
          GateBuild.current(),
          StateMap.classNames(result),
          List.copyOf(part.machines()),
          part.groups().map(groups -> PartBoots.of(result, groups)).orElse(null),
          grades(result));
    }

    private static Map<Integer, GradedBoot> grades(CheckResult result) {
      List<String> names = StateMap.classNames(result);
      Map<String, GradedBoot> byName = new HashMap<>();
      result
          .sweep()
          .classOf()
          .values()
          .forEach(found -> found.graded().ifPresent(grade -> byName.put(found.name(), grade)));
      Map<Integer, GradedBoot> grades = new TreeMap<>();
      for (int number = 1; number <= names.size(); number++) {
        GradedBoot grade = byName.get(names.get(number - 1));
        if (grade != null) {
          grades.put(number, grade);
        }
      }
      return grades;
    }
  }

  /**
   * What a part says of its boots.
   *
   * @param accelerator what executed the guests' instructions, in words
   * @param groups the group of each class of the map, in its order
   * @param views what a boot of each class can depend on, by name
   */
  public record PartBoots(String accelerator, List<String> groups, List<String> views) {
    static PartBoots of(CheckResult result, Map<CrashState, String> groups) {
      Map<String, String> groupOf = new HashMap<>();
      Map<String, String> viewOf = new HashMap<>();
      result
          .sweep()
          .classOf()
          .forEach(
              (state, found) -> {
                groupOf.put(found.name(), Objects.requireNonNull(groups.get(state)));
                viewOf.put(found.name(), found.bootView().orElseThrow());
              });
      List<String> names = StateMap.classNames(result);
      return new PartBoots(
          result.boots().accelerator(),
          names.stream().map(groupOf::get).toList(),
          names.stream().map(viewOf::get).toList());
    }
  }

  /**
   * What a disk and its log are recognised by.
   *
   * @param filesystem its filesystem if that is not btrfs
   */
  public record Disk(
      long bytes,
      String filesystemUuid,
      String baseSha256,
      int logEntries,
      String logSha256,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String filesystem) {
    /** No disk of the gate's has a thousandth of it, and what is made of it is sparse: 16 TiB. */
    private static final long LARGEST = 16L << 40;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern UUID =
        Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** The same of a btrfs. */
    public Disk(
        long bytes, String filesystemUuid, String baseSha256, int logEntries, String logSha256) {
      this(bytes, filesystemUuid, baseSha256, logEntries, logSha256, null);
    }

    /** The filesystem of the disk. */
    public Filesystem kind() {
      return filesystem == null
          ? Filesystem.BTRFS
          : Filesystem.named(filesystem).orElse(Filesystem.BTRFS);
    }

    /** The same as JSON has it. */
    public static Disk of(DiskDigests disk) {
      return new Disk(
          disk.bytes(),
          disk.filesystemUuid(),
          disk.baseSha256(),
          disk.entries(),
          disk.logSha256(),
          disk.filesystem().isBtrfs() ? null : disk.filesystem().type());
    }

    /**
     * The first field that is not what the gate writes, such as {@code disk.bytes}; empty if all
     * are.
     */
    public Optional<String> wrongField() {
      if (bytes <= 0 || bytes > LARGEST) {
        return Optional.of("disk.bytes");
      }
      if (filesystem != null && Filesystem.named(filesystem).isEmpty()) {
        return Optional.of("disk.filesystem");
      }
      if (logEntries < 0) {
        return Optional.of("disk.logEntries");
      }
      if (!UUID.matcher(String.valueOf(filesystemUuid)).matches()) {
        return Optional.of("disk.filesystemUuid");
      }
      if (!SHA256.matcher(String.valueOf(baseSha256)).matches()) {
        return Optional.of("disk.baseSha256");
      }
      return SHA256.matcher(String.valueOf(logSha256)).matches()
          ? Optional.empty()
          : Optional.of("disk.logSha256");
    }
  }

  /** Which states were asked for. */
  public record Selection(
      String states,
      @Nullable Integer sample,
      @Nullable Long seed,
      @Nullable Integer subsets,
      @Nullable Integer atomicUnit,
      String depth,
      @Nullable Long commitEveryMilliseconds) {
    static Selection of(io.github.containersnap.gate.report.StateSelection selection) {
      boolean sampled = selection.sample().isPresent();
      boolean all = selection.kind() == SelectedStates.Kind.ALL;
      return new Selection(
          selection.kind().name().toLowerCase(Locale.ROOT),
          sampled ? selection.sample().getAsInt() : null,
          sampled || all ? selection.seed() : null,
          all ? selection.inFlight().subsets() : null,
          all ? selection.inFlight().atomicUnit() : null,
          selection.depth().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          selection.commitsEvery().map(Duration::toMillis).orElse(null));
    }
  }

  /** One of the two images. */
  public record Image(String reference, String imageId) {
    /** The same as JSON has it. */
    public static Image of(UpdateExperiment.Candidate candidate) {
      return new Image(candidate.reference(), candidate.imageId());
    }
  }

  /**
   * The write log.
   *
   * @param sequence its entries ({@link LogSequence}); missing in older results
   * @param marks the moments that the gate marked in it; missing in older results
   */
  public record Log(
      int writes,
      int flushes,
      int epochs,
      long bytes,
      @Nullable String sequence,
      @Nullable List<Mark> marks) {
    static Log of(RecordedLog recorded) {
      WriteLog log = recorded.log();
      return new Log(
          log.writes(),
          log.flushes(),
          log.epochs().size(),
          log.bytes(),
          LogSequence.of(log.entries(), recorded.kinds()),
          log.entries().stream()
              .filter(LogEntry.Mark.class::isInstance)
              .map(LogEntry.Mark.class::cast)
              .map(mark -> new Mark(mark.index(), mark.name()))
              .toList());
    }
  }

  /** A moment of the update, and the entry of the log that marks it. */
  public record Mark(int entry, String name) {}

  /** How many states there are, and what was done with them. */
  public record States(
      int total,
      Map<String, Integer> families,
      int distinct,
      int checked,
      int lookedAt,
      int classes,
      int machines,
      int booted) {
    static States of(CheckResult result) {
      Map<String, Integer> families = new LinkedHashMap<>();
      result
          .sweep()
          .states()
          .families()
          .forEach((family, total) -> families.put(family.name().toLowerCase(Locale.ROOT), total));
      return new States(
          result.sweep().states().total(),
          families,
          result.sweep().states().distinct(),
          result.sweep().verdicts().size(),
          result.sweep().lookedAt(),
          result.sweep().classes(),
          result.sweep().machines(),
          result.boots().all().size());
    }
  }

  /** How many states came to what. */
  public record Outcomes(
      long old, @JsonProperty("new") long newSystem, int newOnce, int violations, int unknown) {}

  /** How long the parts of a check took. */
  public record Seconds(double record, double check, double boot) {}

  /** A property that does not hold in a state. */
  public record Violated(
      int state,
      String address,
      String property,
      String text,
      @JsonProperty("case") String caseFile) {}

  /** A thing that is wrong, in however many states. */
  public record Fault(String property, String what, long states) {}

  /** A state that could not be judged. */
  public record Unknown(int state, String address, String text) {}

  /** A boot in a virtual machine. */
  public record Boot(
      int state,
      String address,
      int states,
      String system,
      @Nullable String proof,
      @Nullable String problem,
      double seconds,
      @Nullable String console,
      @Nullable String screen) {
    static Boot of(BootResults.Booted booted, StateDescription words) {
      return new Boot(
          words.issued(booted.state()),
          booted.state().toString(),
          booted.states(),
          booted.expected(),
          booted.proof().orElse(null),
          booted.problem().orElse(null),
          ResultJson.seconds(booted.took()),
          CaseName.console(booted.state(), "log"),
          booted.screen().map(_ -> CaseName.console(booted.state(), "png")).orElse(null));
    }
  }

  /** The result of a check as JSON has it. */
  public static ResultJson of(CheckResult result) {
    StateDescription words = new StateDescription(result.recorded().log());
    return new ResultJson(
        1,
        switch (result.status()) {
          case HOLDS -> "holds";
          case VIOLATED -> "violated";
          case CANNOT_TELL, UNUSABLE, NOTHING_TO_CHECK -> "unknown";
        },
        Image.of(result.update().oldImage()),
        Image.of(result.update().newImage()),
        result.update().updater().faults().names().orElse(null),
        result.update().updater().foreign().orElse(null),
        result.update().scenario().transition().optionName(),
        result.update().scenario().bootLoader().optionName(),
        Disk.of(result.recorded().disk()),
        Log.of(result.recorded()),
        Selection.of(result.selection()),
        States.of(result),
        new Outcomes(
            result.holding(Side.OLD),
            result.holding(Side.NEW),
            result.sweep().bootingOnce(),
            result.violated().size(),
            result.unknown().size()),
        new Seconds(
            seconds(result.recorded().took()),
            seconds(result.sweep().took()),
            seconds(result.boots().took())),
        result.violated().stream().flatMap(state -> violated(state, words)).toList(),
        NamedFault.in(result.sweep().verdicts()).entrySet().stream()
            .map(
                fault ->
                    new Fault(
                        fault.getKey().property().name(), fault.getKey().what(), fault.getValue()))
            .toList(),
        result.unknown().stream()
            .map(
                state ->
                    new Unknown(
                        words.issued(state.state()),
                        state.state().toString(),
                        ((Verdict.Unknown) state.verdict()).obstacle()))
            .toList(),
        result.boots().all().stream().map(booted -> Boot.of(booted, words)).toList(),
        result.voidBecause().orElse(null),
        StateMap.of(result),
        result.shard().map(part -> Part.of(result, part)).orElse(null),
        Neither.of(result));
  }

  private static Stream<Violated> violated(StateVerdict state, StateDescription words) {
    return ((Verdict.Violated) state.verdict())
        .violations().stream()
            .map(
                (Violation violation) ->
                    new Violated(
                        words.issued(state.state()),
                        state.state().toString(),
                        violation.property().name(),
                        words.of(state.state()) + ": " + violation.text(),
                        CaseName.of(state.state())));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** The text of the file. */
  public String text() {
    return text(this);
  }

  /** The text of a report's file. */
  public static String text(Object record) {
    return Json.pretty(record) + "\n";
  }
}
