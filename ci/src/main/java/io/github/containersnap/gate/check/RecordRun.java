package io.github.containersnap.gate.check;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.gate.images.PairSource;
import io.github.containersnap.gate.recording.ImageMount;
import io.github.containersnap.gate.recording.RecordingDirectory;
import io.github.containersnap.gate.recording.RecordingFile;
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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Records an update once, for any number of checks on any number of machines. */
public final class RecordRun {
  private final RecordingOptions options;
  private final Scenario scenario;
  private final PairSource source;
  private final RecordingDirectory directory;
  private final GateContext surroundings;

  /** A recording into an empty directory. */
  public RecordRun(
      RecordingOptions options,
      Scenario scenario,
      PairSource source,
      RecordingDirectory directory,
      GateContext surroundings) {
    this.options = options;
    this.scenario = scenario;
    this.source = source;
    this.directory = directory;
    this.surroundings = surroundings;
  }

  /** Makes the recording and says what it is of. */
  public ExitStatus run() throws IOException {
    CheckPlan plan = plan();
    if (!scenario.isUsual() && plan.updater().foreign().isPresent()) {
      throw new UnusableInputException(
          "Another updater than container-snap is recorded with --transition update and"
              + " --boot-loader grub-btrfs only.");
    }
    HostCapabilities.thisMachine().requireFit();
    directory.prepare();
    surroundings.sweep();
    try (Workspace workspace = surroundings.openWorkspace();
        ImageMount mount = ImageMount.of(directory.directory())) {
      PairSource placed = (work, progress) -> placed(source.make(work, progress), mount);
      Recorder recorder = new Recorder(plan, scenario, placed, surroundings, workspace);
      try (RecordedUpdate update = recorder.record()) {
        keep(update, plan, workspace);
      }
    }
    say(directory.read());
    return ExitStatus.HOLDS;
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

  private ImagePair placed(ImagePair made, ImageMount mount) {
    surroundings.part("copying the images into the recording …");
    ImageInLayout oldImage = made.oldImage();
    ImageInLayout newImage = made.newImage();
    KeptFiles.copy(oldImage.layoutDirectory(), directory.oldImage());
    KeptFiles.copy(newImage.layoutDirectory(), directory.newImage());
    return mount
        .images(oldImage.tag(), newImage.tag(), directory.directory())
        .described(oldImage.description(), newImage.description());
  }

  private void keep(RecordedUpdate update, CheckPlan plan, Workspace workspace) throws IOException {
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

  private void say(RecordingFile file) throws IOException {
    surroundings
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "Recorded %s in %s: %,d entries, %s with both images (%.1f s).",
                scenario.inWords(),
                directory.directory(),
                file.disk().logEntries(),
                new Bytes(size(directory.directory())),
                file.seconds()));
    surroundings
        .out()
        .println(
            "Check it here or on another machine: ci/gate check --from %s --shard I/N --report DIR"
                .formatted(directory.directory()));
    surroundings.out().flush();
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
