package io.github.containersnap.gate;

import io.github.containersnap.engine.Bytes;
import io.github.containersnap.experiment.CommandLineUpdater;
import io.github.containersnap.experiment.Recording;
import io.github.containersnap.experiment.UnusablePairException;
import io.github.containersnap.experiment.UpdateExperiment;
import io.github.containersnap.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.oracle.CrashSweep;
import io.github.containersnap.oracle.StateSet;
import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Verdict;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.vm.images.Cache;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.stream.XMLStreamException;

/** One check, from the images to the report. */
final class Check {
  private static final long MIB = 1 << 20;

  /** Sparse, and mostly never written; room for the store, blobs in transit and three trees. */
  private static final long SMALLEST_DISK = 1024 * MIB;

  /** The scratch space's file is sparse: this bounds it, and costs nothing. */
  private static final int SCRATCH_DISKS = 16;

  /** ENOSPC, as programs written in Go say it. */
  private static final String NO_SPACE = "no space left on device";

  private final CheckOptions options;
  private final PairSource source;
  private final Surroundings surroundings;
  private final Console console;

  Check(CheckOptions options, PairSource source, Surroundings surroundings) {
    this.options = options;
    this.source = source;
    this.surroundings = surroundings;
    this.console = surroundings.console();
  }

  ExitStatus run() throws IOException, InterruptedException, XMLStreamException {
    options.requireUsable();
    Host.thisMachine().requireFit();
    if (options.report().isPresent()) {
      options.report().get().prepare();
    }
    options.keep().ifPresent(Keepsakes::prepare);
    console.explain("container-snap gate: does this update survive a power cut at every write?");
    options
        .mutant()
        .ifPresent(
            fault ->
                console.explain(
                    "The updater has a fault, switched on by --mutant: %s (%s)."
                        .formatted(fault.optionName(), fault.description())));
    Path runs = Files.createDirectories(Cache.ofThisUser().root().resolve("runs"));
    Workspace.sweep(runs).forEach(line -> console.part("cleaned up after a dead run: " + line));
    try (Workspace workspace = Workspace.open(runs, surroundings.interruption()::awaitEndOfWork)) {
      surroundings.interruption().worksIn(workspace.directory());
      return check(workspace);
    }
  }

  /** Every line of progress is also a point at which the work can be interrupted. */
  private void part(String line) {
    surroundings.interruption().check();
    console.part(line);
  }

  private void explain(String line) {
    surroundings.interruption().check();
    console.explain(line);
  }

  private ExitStatus check(Workspace workspace)
      throws IOException, InterruptedException, XMLStreamException {
    explain("The images:");
    ImagePair pair = source.make(workspace.directory(), this::part);
    part("looking into %s …".formatted(pair.oldImage().description()));
    Candidate oldImage = new ImageReading(pair.oldImage(), workspace.directory()).candidate();
    part("looking into %s …".formatted(pair.newImage().description()));
    Candidate newImage = new ImageReading(pair.newImage(), workspace.directory()).candidate();
    if (oldImage.imageId().equals(newImage.imageId())) {
      throw new UnusableInputException(
          "%s and %s are the same image (%s); there is nothing to update."
              .formatted(
                  pair.oldImage().description(),
                  pair.newImage().description(),
                  oldImage.imageId()));
    }
    DiskNeeds.of(oldImage, newImage, options.jobs()).requireRoomIn(workspace.directory());
    long diskSize = options.diskSizeBytes().orElseGet(() -> diskSize(oldImage, newImage));
    try (ScratchSpace scratch = ScratchSpace.create(workspace, SCRATCH_DISKS * diskSize)) {
      explain(
          "The experiment, on a disk of %s with the real podman and kernel btrfs:"
              .formatted(new Bytes(diskSize)));
      long started = System.nanoTime();
      Recording recording = record(workspace, scratch, pair, oldImage, newImage, diskSize);
      Duration recordingTook = Duration.ofNanos(System.nanoTime() - started);
      Path publicLog = workspace.file("public-write.log");
      recording.log().copyTo(publicLog);
      if (options.keep().isPresent()) {
        part("keeping the disk, the log and the images …");
        options.keep().get().keep(recording, publicLog, pair);
      }
      DiskIdentity disk = DiskIdentity.of(recording, publicLog);
      StateSet states = options.selection().of(recording);
      explain(
          "The power cuts: %,d states, %,d of them distinct; checking %,d, %d at a time."
              .formatted(
                  states.total(), states.distinct(), states.chosen().size(), options.jobs()));
      long sweeping = System.nanoTime();
      CrashSweep sweep =
          new CrashSweep(
              recording, updater(workspace), workspace, scratch, options.selection().depth());
      List<StateVerdict> verdicts = sweep(sweep, states);
      GateResult result =
          new GateResult(
              oldImage,
              newImage,
              options.mutant(),
              recording.log(),
              disk,
              options.selection(),
              states,
              sweep.classes(),
              sweep.lookedAt(),
              sweep.bootingOnce(),
              verdicts,
              recordingTook,
              Duration.ofNanos(System.nanoTime() - sweeping));
      surroundings.interruption().check();
      publish(result);
      return result.status();
    }
  }

  private Updater updater(Workspace workspace) {
    return new CommandLineUpdater(workspace.file("runtime"), options.mutant());
  }

  private Recording record(
      Workspace workspace,
      ScratchSpace scratch,
      ImagePair pair,
      Candidate oldImage,
      Candidate newImage,
      long diskSize) {
    Updater sound = new CommandLineUpdater(workspace.file("runtime"), Optional.empty());
    try {
      return new UpdateExperiment(workspace, scratch, updater(workspace), sound, this::part)
          .record(oldImage, newImage, diskSize);
    } catch (UnusablePairException e) {
      surroundings.interruption().check();
      throw new UnusableInputException(
          "The update from %s to %s cannot be made on a disk of %s. %s"
              .formatted(
                  pair.oldImage().description(),
                  pair.newImage().description(),
                  new Bytes(diskSize),
                  inTheWordsOf(pair, workspace, String.valueOf(e.getMessage()))));
    }
  }

  /** The engine knows the disk by where the gate mounts it, and the images by the gate's copies. */
  private static String inTheWordsOf(ImagePair pair, Workspace workspace, String complaint) {
    String plain =
        complaint
            .replace(pair.oldImage().reference(), pair.oldImage().description())
            .replace(pair.newImage().reference(), pair.newImage().description())
            .replace(workspace.directory() + "/experiment", "the disk");
    return plain.contains(NO_SPACE)
        ? plain.substring(0, plain.indexOf(": ")) + ": there is no room left on it."
        : plain;
  }

  private List<StateVerdict> sweep(CrashSweep sweep, StateSet states) throws InterruptedException {
    console.sweepBegins();
    Progress progress = new Progress(states.chosen().size());
    try {
      return ThreadsOfTheirOwn.run(
          () -> sweep.check(states.chosen(), options.jobs(), progress::hear));
    } catch (ExecutionException e) {
      surroundings.interruption().check();
      throw new IllegalStateException("the sweep failed: " + e.getCause(), e.getCause());
    }
  }

  private void publish(GateResult result) throws IOException, XMLStreamException {
    explain("");
    new SummaryTable(result, console.columns())
        .print(options.json() ? surroundings.err() : surroundings.out());
    if (options.json()) {
      surroundings.out().print(ResultJson.of(result).text());
    }
    surroundings.out().flush();
    if (options.report().isPresent()) {
      options.report().get().write(result);
      console.explain("The report is in " + options.report().get().directory() + ".");
    }
    if (options.keep().isPresent()) {
      console.explain(
          "The disk, the write log and the images are in "
              + options.keep().get().directory()
              + ".");
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
    private final long started = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger violated = new AtomicInteger();

    Progress(int total) {
      this.total = total;
    }

    /** Ends the worker that calls it if the work was interrupted. */
    void hear(StateVerdict verdict) {
      surroundings.interruption().check();
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
