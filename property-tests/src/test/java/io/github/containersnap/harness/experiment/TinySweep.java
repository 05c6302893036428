package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.crash.AtomicUnit;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.layer.SmallFileContents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A sweep over a transition of a tiny machine.
 *
 * @param transition what is done
 * @param bootLoader what the machine is booted by
 * @param kind which power cuts
 * @param mutants the engine's faults
 */
record TinySweep(
    Transition transition, BootLoaderKind bootLoader, SelectedStates.Kind kind, Mutants mutants) {
  private static final long DISK_BYTES = 1L << 30;
  private static final long SCRATCH_BYTES = 8L << 30;
  private static final int JOBS = 2;
  private static final CrashStates.Choice SOME =
      new CrashStates.Choice(4, 1, AtomicUnit.USUAL_BYTES);

  static Path parent() {
    return Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests");
  }

  static Candidate candidate(TinyImage image) throws IOException {
    var opened = OciLayout.open(image.layout()).onlyImage();
    SmallFileContents contents = SmallFileContents.of(LivedInMachine.isText());
    return new Candidate(image.reference(), opened.imageId(), opened.tree(contents), contents);
  }

  List<StateVerdict> of(Candidate oldImage, Candidate newImage) throws InterruptedException {
    try (Workspace own = Workspace.open(parent());
        ScratchSpace scratch = ScratchSpace.create(own, SCRATCH_BYTES)) {
      Path runtime = own.file("runtime");
      Updater updater = new CommandLineUpdater(runtime, mutants);
      Recording recording =
          new TransitionExperiment(
                  transition,
                  bootLoader,
                  own,
                  scratch,
                  updater,
                  new CommandLineUpdater(runtime, Mutants.NONE),
                  _ -> {})
              .record(oldImage, newImage, DISK_BYTES);
      return new CrashSweep(recording, updater, own, scratch, CrashSweep.Depth.EACH_CLASS)
          .check(SelectedStates.of(recording, kind, SOME).chosen(), JOBS, _ -> {});
    }
  }
}
