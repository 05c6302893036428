package io.github.containersnap.gate.compare;

import io.github.containersnap.gate.check.CheckPlan;
import io.github.containersnap.gate.check.DiskArchive;
import io.github.containersnap.gate.check.SweepOptions;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.loopback.crash.AtomicUnit;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.Filesystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a comparison. */
public final class CompareOptions {
  private static final int SUBSETS = 16;
  private static final int REPAIRS = 6;
  private static final String ALL = "all";

  @Option(
      names = "--updaters",
      paramLabel = "NAME[,NAME…]",
      description =
          "Which to compare: container-snap, those in ci/updaters by their names, or directories"
              + " (default: all of these).")
  private Optional<String> updaters = Optional.empty();

  @Option(
      names = "--filesystem",
      paramLabel = "NAME[,NAME…]",
      description =
          "On which filesystems: btrfs, ext4, xfs, or all; an updater is run on those of them that"
              + " it can work on (default: of each updater the usual one).")
  private Optional<String> filesystems = Optional.empty();

  @Option(
      names = "--states",
      paramLabel = "KIND",
      defaultValue = "flush",
      description =
          "Cut the power after every flush (default); after every write; or also lose any part of"
              + " what no flush had made durable: flush, write, all.")
  private SelectedStates.Kind states = SelectedStates.Kind.FLUSH;

  @Mixin private SweepOptions sweep = new SweepOptions();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Write index.html, comparison.json and comparison.txt to DIR, and below it the report of"
              + " a check for each row.")
  private Optional<Path> report = Optional.empty();

  @Option(names = "--json", description = "Print the comparison as JSON on standard output.")
  private boolean json;

  @Option(
      names = "--small",
      description = "Without images: a small pair (busybox, a real kernel) instead of Debian's.")
  private boolean small;

  /**
   * One row to fill.
   *
   * @param name the updater's name
   */
  record Wanted(String name, UpdaterUnderTest updater, Filesystem filesystem) {
    /** The directory of its report. */
    String directory() {
      return name + "-" + filesystem.type();
    }
  }

  /**
   * The rows.
   *
   * @throws UnusableInputException if a name is unknown, or there is nothing to compare
   */
  List<Wanted> rows() {
    ShippedUpdaters known = ShippedUpdaters.ofThisProject();
    List<ShippedUpdaters.Named> chosen =
        updaters
            .map(names -> Arrays.stream(names.split(",", -1)).map(known::named).toList())
            .orElseGet(known::all);
    List<Wanted> rows = new ArrayList<>();
    Set<String> directories = new HashSet<>();
    for (ShippedUpdaters.Named updater : chosen) {
      for (Filesystem filesystem : of(updater.updater())) {
        Wanted row = new Wanted(updater.name(), updater.updater(), filesystem);
        if (!directories.add(row.directory())) {
          throw new UnusableInputException(
              "--updaters names two updaters called %s.".formatted(updater.name()));
        }
        rows.add(row);
      }
    }
    if (rows.isEmpty()) {
      throw new UnusableInputException(
          "None of the updaters works on --filesystem %s.".formatted(filesystems.orElse("")));
    }
    return rows;
  }

  private List<Filesystem> of(UpdaterUnderTest updater) {
    if (filesystems.isEmpty()) {
      return List.of(updater.filesystems().getFirst());
    }
    List<Filesystem> wanted =
        Arrays.stream(filesystems.get().split(",", -1))
            .flatMap(
                name ->
                    name.equals(ALL)
                        ? Arrays.stream(Filesystem.values())
                        : Arrays.stream(new Filesystem[] {filesystem(name)}))
            .distinct()
            .toList();
    return wanted.stream().filter(updater.filesystems()::contains).toList();
  }

  private static Filesystem filesystem(String name) {
    return Filesystem.named(name)
        .orElseThrow(
            () ->
                new UnusableInputException(
                    "--filesystem does not know '%.20s'; it knows btrfs, ext4, xfs, all."
                        .formatted(name)));
  }

  /** How one row is checked. */
  CheckPlan plan(Wanted row) {
    return new CheckPlan(
        new StateSelection(
            states,
            new CrashStates.Choice(SUBSETS, sweep.seed(), AtomicUnit.USUAL_BYTES),
            sweep.sample(),
            sweep.seed(),
            CrashSweep.Depth.EACH_CLASS,
            Optional.empty()),
        sweep.jobs(),
        row.updater(),
        OptionalLong.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        DiskArchive.NEVER,
        Optional.empty(),
        row.filesystem(),
        false,
        sweep.repairs(REPAIRS));
  }

  /** Which power cuts, in the word of the option. */
  String states() {
    return states.name().toLowerCase(Locale.ROOT);
  }

  Optional<Path> report() {
    return report;
  }

  boolean json() {
    return json;
  }

  /** Whether the images are the small pair. */
  public boolean small() {
    return small;
  }
}
