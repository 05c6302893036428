package io.github.containersnap.gate.check;

import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.loopback.crash.AtomicUnit;
import io.github.containersnap.loopback.crash.CrashStates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a check. */
public final class CheckOptions {
  private static final int USUAL_SUBSETS = 16;
  private static final int MOST_SUBSETS = 10_000;
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([smh])");

  @Option(
      names = "--states",
      paramLabel = "KIND",
      defaultValue = "write",
      description =
          "Cut the power after every flush; after every write (default); or also lose any part of"
              + " what no flush had made durable, and tear writes: flush, write, all.")
  private SelectedStates.Kind states = SelectedStates.Kind.WRITE;

  @Option(
      names = "--subsets",
      paramLabel = "N",
      description =
          "With --states all: how many random parts of each epoch in flight (default "
              + USUAL_SUBSETS
              + "), beside each single write lost and each single write kept.")
  private Optional<Integer> subsets = Optional.empty();

  @Option(
      names = "--atomic-unit",
      paramLabel = "BYTES",
      description =
          "With --states all: what the disk writes wholly or not at all (default 4096). 512 is a"
              + " disk that tears even the superblock of btrfs, which no updater can help.")
  private Optional<Integer> atomicUnit = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Write index.html (a page to look at), result.json, junit.xml and a case file for each"
              + " violation to DIR.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--archive",
      paramLabel = "WHEN",
      defaultValue = "first",
      description =
          "Of which violated checks the report keeps the disk and the log, without which a case"
              + " cannot be made again: the first (default; with several --transition there are"
              + " several checks), all, or never.")
  private DiskArchive archive = DiskArchive.FIRST;

  @Option(names = "--json", description = "Print the result as JSON on standard output.")
  private boolean json;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "Leave the disk before the update (base.img), the write log in the dm-log-writes format"
              + " (write.log) and the two images (old, new) in DIR, which must be empty.")
  private Optional<Path> keep = Optional.empty();

  @Option(
      names = "--every-state",
      description =
          "Examine every state in depth, not one of each class: slow, and the proof that the"
              + " classes are right.")
  private boolean everyState;

  @Option(
      names = "--boot",
      description =
          "Also boot one of each class of states that a boot cannot tell apart in a virtual"
              + " machine (UEFI, GRUB, the images' own kernels), until its console shows a login"
              + " prompt or another sign of its userland. Takes some 30 s a class without KVM.")
  private boolean boot;

  @Option(
      names = "--time-limit",
      paramLabel = "TIME",
      description =
          "Stop checking after TIME, such as 90s, 30m or 2h, counted from the start. States that"
              + " were not reached are unknown, and the exit status is 3 unless one is violated.")
  private Optional<String> timeLimit = Optional.empty();

  @Mixin private SweepOptions sweep = new SweepOptions();

  @Mixin private RecordingOptions recording = new RecordingOptions();

  private CrashSweep.Depth depth() {
    return everyState ? CrashSweep.Depth.EVERY_STATE : CrashSweep.Depth.EACH_CLASS;
  }

  /**
   * What they ask for.
   *
   * @throws UnusableInputException if something is wrong with the options by themselves
   */
  public CheckPlan plan() {
    CheckPlan plan =
        new CheckPlan(
            selection(),
            sweep.jobs(),
            recording.updater(),
            recording.diskSizeBytes(),
            boot,
            report.map(ReportDirectory::new),
            keep.map(KeptFiles::new),
            json,
            Optional.empty(),
            archive,
            timeLimit.map(CheckOptions::duration),
            recording.filesystem(),
            true,
            sweep.repairs(Integer.MAX_VALUE));
    if (boot && timeLimit.isPresent()) {
      throw new UnusableInputException(
          "--time-limit ends the sweep, and --boot comes after it; leave one of them out.");
    }
    if (boot && recording.namesUpdater()) {
      throw new UnusableInputException(
          "--boot needs the boot menu that container-snap writes; it cannot be given together with"
              + " --updater.");
    }
    return plan;
  }

  private static Duration duration(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new UnusableInputException(
          "--time-limit needs a time such as 90s, 30m or 2h, not '%s'.".formatted(text));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  private StateSelection selection() {
    return new StateSelection(
        states, inFlight(), sweep.sample(), sweep.seed(), depth(), recording.commitsEvery());
  }

  private CrashStates.Choice inFlight() {
    requireAllFor("--subsets", subsets.isPresent());
    requireAllFor("--atomic-unit", atomicUnit.isPresent());
    int wanted = subsets.orElse(USUAL_SUBSETS);
    if (wanted < 0 || wanted > MOST_SUBSETS) {
      throw new UnusableInputException(
          "--subsets needs a number from 0 to %d.".formatted(MOST_SUBSETS));
    }
    int unit = atomicUnit.orElse(AtomicUnit.USUAL_BYTES);
    if (!AtomicUnit.isValid(unit)) {
      throw new UnusableInputException(
          "--atomic-unit needs a power of two from 512 to 1048576 bytes, such as 512 or 4096.");
    }
    return new CrashStates.Choice(wanted, sweep.seed(), unit);
  }

  private void requireAllFor(String option, boolean given) {
    if (given && states != SelectedStates.Kind.ALL) {
      throw new UnusableInputException("%s needs --states all.".formatted(option));
    }
  }

  /** The updater that was named, if one was. */
  public Optional<UpdaterUnderTest> namedUpdater() {
    return recording.namesUpdater() ? Optional.of(recording.updater()) : Optional.empty();
  }

  /** Whether faults of the updater were named. */
  public boolean namesMutants() {
    return recording.namesMutants();
  }

  /** The faults that were named. */
  public Mutants mutants() {
    return recording.mutants();
  }

  /** Whether the images are the small pair instead of Debian's. */
  public boolean small() {
    return recording.small();
  }
}
