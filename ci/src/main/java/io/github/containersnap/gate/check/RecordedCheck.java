package io.github.containersnap.gate.check;

import io.github.containersnap.gate.images.ImageInspection;
import io.github.containersnap.gate.recording.ImageMount;
import io.github.containersnap.gate.recording.RecordingDirectory;
import io.github.containersnap.gate.recording.RecordingFile;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateSelection;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.SystemExpectations;
import io.github.containersnap.harness.experiment.UnusablePairException;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** A check, or a part of one, of an update that was recorded before, perhaps elsewhere. */
public final class RecordedCheck {
  private static final int SCRATCH_DISKS = 16;

  private final RecordingDirectory directory;
  private final GateContext surroundings;
  private final RecordingFile file;

  /**
   * A check of the recording in a directory.
   *
   * @throws UnusableInputException if there is none
   */
  public RecordedCheck(RecordingDirectory directory, GateContext surroundings) throws IOException {
    this.directory = directory;
    this.surroundings = surroundings;
    this.file = directory.read();
  }

  /**
   * Checks it.
   *
   * @param asked the plan by the options of the command line
   * @param named the updater that the command line names; only its programs may be run, whatever
   *     the recording says
   * @param shard which part; empty for all
   */
  public ExitStatus run(CheckPlan asked, Optional<UpdaterUnderTest> named, Optional<Shard> shard)
      throws IOException, InterruptedException, XMLStreamException {
    try (ImageMount mount = ImageMount.of(directory.images())) {
      return check(asked, named, shard, mount).run();
    }
  }

  /**
   * Checks it as one of several transitions.
   *
   * @param report where its report is written, if it is
   * @param archived how many reports of the same run have kept their disks
   */
  CheckResult inPart(
      CheckPlan asked,
      Optional<UpdaterUnderTest> named,
      Optional<Shard> shard,
      Optional<ReportDirectory> report,
      int archived)
      throws IOException, InterruptedException, XMLStreamException {
    try (ImageMount mount = ImageMount.of(directory.images())) {
      return check(asked, named, shard, mount).reportingTo(report, archived).inPart();
    }
  }

  /** How many writes and flushes its log has. */
  int entries() {
    return file.disk().logEntries();
  }

  private CheckRun check(
      CheckPlan asked, Optional<UpdaterUnderTest> named, Optional<Shard> shard, ImageMount mount) {
    if (asked.keep().isPresent()) {
      throw new UnusableInputException(
          "--keep is not needed with --from: %s has the disk, the log and the images."
              .formatted(directory.directory()));
    }
    CheckPlan plan =
        asked.of(
            selection(asked.selection(), file),
            RecordedUpdater.of(file, named),
            shard,
            file.disk().kind());
    return new CheckRun(
        plan,
        RecordedUpdater.scenario(file),
        workspace -> open(plan, workspace, mount),
        surroundings,
        directory.directory());
  }

  /** What was recorded. */
  Scenario scenario() {
    return RecordedUpdater.scenario(file);
  }

  private static StateSelection selection(StateSelection asked, RecordingFile file) {
    return new StateSelection(
        asked.kind(),
        asked.inFlight(),
        asked.sample(),
        asked.seed(),
        asked.depth(),
        Optional.ofNullable(file.commitEveryMilliseconds()).map(Duration::ofMillis));
  }

  private RecordedUpdate open(CheckPlan plan, Workspace workspace, ImageMount mount)
      throws IOException {
    surroundings.console().explain("The recording %s:".formatted(directory.directory()));
    ImagePair pair = directory.images(file, mount);
    Candidate oldImage = image(pair.oldImage(), file.old(), workspace);
    Candidate newImage = image(pair.newImage(), file.newImage(), workspace);
    DiskNeeds.of(oldImage, newImage, plan.jobs()).requireRoomIn(workspace.directory());
    ScratchSpace scratch = ScratchSpace.create(workspace, SCRATCH_DISKS * file.disk().bytes());
    try {
      surroundings.part("unpacking the disk before the update, and the log …");
      RecordingDirectory.Disks disks = directory.unpack(file, scratch.directory());
      Recording recording =
          new Recording(
              disks.base(),
              disks.log(),
              expectations(plan, workspace, scratch, disks, oldImage, newImage),
              newImage.reference(),
              new Updater.Result(0, "", ""));
      return new RecordedUpdate(
          pair,
          oldImage,
          newImage,
          scratch,
          recording,
          Duration.ofMillis(Math.round(file.seconds() * 1000)));
    } catch (RuntimeException | IOException e) {
      scratch.close();
      throw e;
    }
  }

  private SystemExpectations expectations(
      CheckPlan plan,
      Workspace workspace,
      ScratchSpace scratch,
      RecordingDirectory.Disks disks,
      Candidate oldImage,
      Candidate newImage) {
    Scenario scenario = RecordedUpdater.scenario(file);
    try {
      return scenario.isUsual()
          ? plan.updater()
              .experiment(workspace, scratch, surroundings::part)
              .on(plan.filesystem())
              .expect(disks.base(), oldImage, newImage)
          : plan.updater()
              .experiment(scenario, workspace, scratch, surroundings::part)
              .expect(disks.base(), oldImage, newImage);
    } catch (UnusablePairException e) {
      throw new UnusableInputException(
          "The update of %s cannot be made here, so nothing says what is right: %s"
              .formatted(directory.directory(), e.getMessage()));
    }
  }

  private Candidate image(ImageInLayout image, ResultJson.Image wanted, Workspace workspace)
      throws IOException {
    surroundings.part("looking into %s …".formatted(image.description()));
    Candidate found = new ImageInspection(image, workspace.directory()).candidate();
    if (!found.imageId().equals(wanted.imageId())) {
      throw new UnusableInputException(
          "%s is another than the one that was recorded (%s, not %s); copy the recording again."
              .formatted(image.description(), found.imageId(), wanted.imageId()));
    }
    return found;
  }
}
