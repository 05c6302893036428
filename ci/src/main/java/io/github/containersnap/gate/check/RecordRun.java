package io.github.containersnap.gate.check;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.recording.ImageMount;
import io.github.containersnap.gate.recording.RecordingDirectory;
import io.github.containersnap.gate.recording.RecordingFile;
import io.github.containersnap.gate.recording.RecordingSet;
import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.loopback.crash.AtomicUnit;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Records an update, or several transitions, once, for any number of checks on any number of
 * machines.
 */
public final class RecordRun {
  private final RecordingOptions options;
  private final List<Scenario> scenarios;
  private final PairSource source;
  private final Path to;
  private final GateContext surroundings;
  private Optional<ImagePair> images = Optional.empty();

  /**
   * Recordings.
   *
   * @param scenarios of what; of several, each has a directory of its own in {@code to}
   * @param to an empty directory
   */
  public RecordRun(
      RecordingOptions options,
      List<Scenario> scenarios,
      PairSource source,
      Path to,
      GateContext surroundings) {
    this.options = options;
    this.scenarios = List.copyOf(scenarios);
    this.source = source;
    this.to = to;
    this.surroundings = surroundings;
  }

  /** Makes the recordings and says what they are of. */
  public ExitStatus run() throws IOException {
    CheckPlan plan = plan();
    if (plan.updater().foreign().isPresent() && !scenarios.stream().allMatch(Scenario::isUsual)) {
      throw new UnusableInputException(
          "Another updater than container-snap is recorded with --transition update and"
              + " --boot-loader grub-btrfs only.");
    }
    HostCapabilities.thisMachine().requireFit();
    RecordingSet set = new RecordingSet(to);
    set.prepare();
    surroundings.sweep();
    if (scenarios.size() == 1) {
      record(plan, scenarios.getFirst(), new RecordingDirectory(to));
    } else {
      for (Scenario scenario : scenarios) {
        RecordingDirectory directory = set.of(scenario.transition());
        Files.createDirectory(directory.directory());
        record(plan, scenario, directory);
      }
      set.finish(scenarios.stream().map(Scenario::transition).toList());
    }
    surroundings
        .out()
        .println(
            "%s with the images. Check it here or on another machine: ci/gate check --from %s --shard I/N --report DIR"
                .formatted(new Bytes(size(to)), to));
    surroundings.out().flush();
    return ExitStatus.HOLDS;
  }

  private void record(CheckPlan plan, Scenario scenario, RecordingDirectory directory)
      throws IOException {
    try (Workspace workspace = surroundings.openWorkspace();
        ImageMount mount = ImageMount.of(directory.images())) {
      PairSource placed =
          (work, progress) -> {
            if (images.isEmpty()) { // for the first of them
              images = Optional.of(placed(source.make(work, progress), directory, mount));
            }
            return images.get();
          };
      Recorder recorder = new Recorder(plan, scenario, placed, surroundings, workspace);
      try (RecordedUpdate update = recorder.record()) {
        keep(update, plan, scenario, directory, workspace);
      }
    }
    say(scenario, directory.read(), directory);
  }

  /** Only the parts that a recorder asks for matter. */
  private CheckPlan plan() {
    return new CheckPlan(
        new StateSelection(
            SelectedStates.Kind.WRITE,
            new CrashStates.Choice(0, 1, AtomicUnit.USUAL_BYTES),
            java.util.OptionalInt.empty(),
            1,
            CrashSweep.Depth.EACH_CLASS,
            options.commitsEvery()),
        1,
        options.updater(),
        options.diskSizeBytes(),
        false,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        DiskArchive.NEVER,
        Optional.empty(),
        options.filesystem(),
        true,
        0);
  }

  private ImagePair placed(ImagePair made, RecordingDirectory directory, ImageMount mount) {
    surroundings.part("copying the images into the recording …");
    ImageInLayout oldImage = made.oldImage();
    ImageInLayout newImage = made.newImage();
    KeptFiles.copy(oldImage.layoutDirectory(), directory.oldImage());
    KeptFiles.copy(newImage.layoutDirectory(), directory.newImage());
    return mount
        .images(oldImage.tag(), newImage.tag(), directory.images())
        .described(oldImage.description(), newImage.description());
  }

  private void keep(
      RecordedUpdate update,
      CheckPlan plan,
      Scenario scenario,
      RecordingDirectory directory,
      Workspace workspace)
      throws IOException {
    surroundings.part("packing the disk and the log …");
    Path log = workspace.file("public-write.log");
    update.recording().log().copyTo(log);
    DiskDigests digests = DiskDigests.of(update.recording(), log);
    directory.disk().keep(update.recording().base().image(), log);
    UpdaterUnderTest updater = plan.updater();
    directory.finish(
        new RecordingFile(
            1,
            GateBuild.current(),
            ResultJson.Image.of(update.oldImage()),
            ResultJson.Image.of(update.newImage()),
            updater.faults().names().orElse(null),
            updater.foreign().orElse(null),
            updater.programsSha256().orElse(null),
            scenario.transition().optionName(),
            scenario.bootLoader().optionName(),
            options.commitsEvery().map(Duration::toMillis).orElse(null),
            ResultJson.Disk.of(digests),
            Files.size(log),
            update.took().toMillis() / 1000.0));
  }

  private void say(Scenario scenario, RecordingFile file, RecordingDirectory directory) {
    surroundings
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Recorded %s in %s: %,d entries (%.1f s).",
                scenario.inWords(),
                directory.directory(),
                file.disk().logEntries(),
                file.seconds()));
    surroundings.out().flush();
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
