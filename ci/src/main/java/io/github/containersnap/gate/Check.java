package io.github.containersnap.gate;

import io.github.containersnap.engine.BootableCheck;
import io.github.containersnap.engine.Bytes;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.UnbootableImageException;
import io.github.containersnap.experiment.CommandLineUpdater;
import io.github.containersnap.experiment.Recording;
import io.github.containersnap.experiment.UpdateExperiment;
import io.github.containersnap.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.state.StateFingerprints;
import io.github.containersnap.mutants.Mutant;
import io.github.containersnap.oci.HostileLayerException;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.oracle.CrashSweep;
import io.github.containersnap.oracle.StateSet;
import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Verdict;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.vm.images.Cache;
import io.github.containersnap.vm.images.ImagePair;
import io.github.containersnap.vm.images.OciImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.stream.XMLStreamException;

/** One check, from the images to the report. */
final class Check {
  private static final long MIB = 1 << 20;

  /** Sparse, and mostly never written; room for the store, blobs in transit and three trees. */
  private static final long SMALLEST_DISK = 1024 * MIB;

  private final CheckOptions options;
  private final PairSource source;
  private final Console console = Console.ofThisProcess();

  Check(CheckOptions options, PairSource source) {
    this.options = options;
    this.source = source;
  }

  ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    Optional<Mutant> mutant = options.mutant();
    int jobs = options.jobs();
    console.explain("container-snap gate: does this update survive a power cut at every write?");
    mutant.ifPresent(
        fault ->
            console.explain(
                "The updater has a fault, switched on by --mutant: %s (%s)."
                    .formatted(fault.optionName(), fault.description())));
    Path runs = Cache.ofThisUser().root().resolve("runs");
    Workspace.sweep(runs).forEach(line -> console.part("cleaned up after a dead run: " + line));
    try (Workspace workspace = Workspace.open(runs)) {
      console.explain("The images:");
      ImagePair pair = source.make(workspace.directory(), console);
      Candidate oldImage = candidate(pair.oldImage());
      Candidate newImage = candidate(pair.newImage());
      if (oldImage.imageId().equals(newImage.imageId())) {
        throw new UnusableInputException(
            "OLD and NEW are the same image (%s); there is nothing to update."
                .formatted(oldImage.imageId()));
      }
      return check(workspace, pair, oldImage, newImage, mutant, jobs);
    }
  }

  private ExitStatus check(
      Workspace workspace,
      ImagePair pair,
      Candidate oldImage,
      Candidate newImage,
      Optional<Mutant> mutant,
      int jobs)
      throws IOException, InterruptedException, XMLStreamException {
    long diskSize = options.diskSizeBytes().orElseGet(() -> diskSize(oldImage, newImage));
    try (ScratchSpace scratch = ScratchSpace.create(workspace, 16 * diskSize)) {
      Updater updater = new CommandLineUpdater(workspace.file("runtime"), mutant);
      Updater sound = new CommandLineUpdater(workspace.file("runtime"), Optional.empty());
      console.explain(
          "The experiment, on a disk of %s with the real podman and kernel btrfs:"
              .formatted(new Bytes(diskSize)));
      long started = System.nanoTime();
      Recording recording =
          new UpdateExperiment(workspace, scratch, updater, sound, console::part)
              .record(oldImage, newImage, diskSize);
      Duration recordingTook = Duration.ofNanos(System.nanoTime() - started);
      if (options.keep().isPresent()) {
        new Keepsakes(options.keep().get()).keep(recording, pair);
      }
      StateSet states = states(recording);
      console.explain(
          "The power cuts: %,d states, %,d of them distinct; checking %,d with %d workers."
              .formatted(states.total(), states.distinct(), states.chosen().size(), jobs));
      long sweeping = System.nanoTime();
      CrashSweep sweep = new CrashSweep(recording, updater, workspace, scratch, options.depth());
      List<StateVerdict> verdicts =
          sweep.check(states.chosen(), jobs, new Progress(states.chosen().size(), sweeping)::hear);
      GateResult result =
          new GateResult(
              oldImage,
              newImage,
              mutant,
              recording.log(),
              states,
              sweep.classes(),
              verdicts,
              recordingTook,
              Duration.ofNanos(System.nanoTime() - sweeping));
      publish(result);
      return result.status();
    }
  }

  private void publish(GateResult result) throws IOException, XMLStreamException {
    console.explain("");
    new SummaryTable(result).print(options.json() ? System.err : System.out);
    if (options.json()) {
      System.out.print(ResultJson.of(result).text());
    }
    if (options.report().isPresent()) {
      new Report(options.report().get()).write(result);
      console.explain("The report is in " + options.report().get() + ".");
    }
  }

  private StateSet states(Recording recording) {
    StateSet all =
        StateSet.of(
            recording.log(),
            StateFingerprints.ofPrefixes(recording.base().image(), recording.log()),
            options.states(),
            recording.reportedAt());
    return options.sample().isPresent() ? all.sample(options.sample().get(), options.seed()) : all;
  }

  /** Reads an image whole, from its own archives, and refuses what could not be an update. */
  private Candidate candidate(OciImage image) {
    console.part("looking into %s …".formatted(image.description()));
    try {
      var opened = OciLayout.open(image.layoutDirectory()).image(image.tag());
      Candidate candidate = new Candidate(image.reference(), opened.imageId(), opened.tree());
      BootableCheck.require(new ImageId(candidate.imageId()), candidate.tree());
      return candidate;
    } catch (UnusableImageException | HostileLayerException | UnbootableImageException e) {
      throw new UnusableInputException("%s: %s".formatted(image.description(), e.getMessage()));
    }
  }

  private static long diskSize(Candidate oldImage, Candidate newImage) {
    long wanted = 4 * (bytes(oldImage) + bytes(newImage));
    long size = Math.max(SMALLEST_DISK, wanted);
    return (size + MIB - 1) / MIB * MIB;
  }

  private static long bytes(Candidate image) {
    return image.tree().entries().values().stream().mapToLong(TreeEntry::size).sum();
  }

  /** Counts verdicts for the console. */
  private final class Progress {
    private final int total;
    private final long started;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger violated = new AtomicInteger();

    Progress(int total, long started) {
      this.total = total;
      this.started = started;
    }

    void hear(StateVerdict verdict) {
      if (verdict.verdict() instanceof Verdict.Violated) {
        violated.incrementAndGet();
      }
      console.progress(
          done.incrementAndGet(),
          total,
          violated.get(),
          Duration.ofNanos(System.nanoTime() - started));
    }
  }
}
