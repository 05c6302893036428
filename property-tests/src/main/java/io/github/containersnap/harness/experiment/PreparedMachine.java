package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.LocalChange;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A machine that is made ready for a transition: each thing is done twice, with hands and on paper.
 */
final class PreparedMachine {
  private final Candidate oldImage;
  private final Candidate newImage;
  private final Hands hands;
  private final BootLoaderKind bootLoader;
  private final UUID filesystem;
  private MachineOnPaper paper;

  /**
   * A blank machine.
   *
   * @param filesystem the UUID of its btrfs
   */
  PreparedMachine(
      Candidate oldImage,
      Candidate newImage,
      BootLoaderKind bootLoader,
      UUID filesystem,
      Hands hands) {
    this.bootLoader = bootLoader;
    this.filesystem = filesystem;
    this.oldImage = oldImage;
    this.newImage = newImage;
    this.hands = hands;
    this.paper = MachineOnPaper.blank(bootLoader.countsBoots());
  }

  /** What does to a real machine what is done on paper. */
  interface Hands {
    /** Nobody's: what is needed is the paper alone. */
    Hands NONE =
        new Hands() {
          @Override
          public void run(Optional<DeploymentId> running, List<String> arguments) {}

          @Override
          public void prepare() {}

          @Override
          public void clearUp() {}

          @Override
          public void layOut(PlainHostOnPaper host) {}

          @Override
          public void strike(
              Optional<DeploymentId> running, List<String> arguments, UpdateStep step) {}

          @Override
          public void changeEtc(DeploymentId id, List<LocalChange> changes) {}

          @Override
          public void changeData(LivedInMachine machine) {}
        };

    /** Makes a blank disk one on which the boot loader can be told from others. */
    void prepare();

    /** Removes what that took, once something is deployed. */
    void clearUp();

    /** Makes a blank disk one of a host on an ordinary subvolume, with all that its owner did. */
    void layOut(PlainHostOnPaper host);

    /**
     * Runs a command.
     *
     * @throws UnusablePairException if it fails
     */
    void run(Optional<DeploymentId> running, List<String> arguments);

    /**
     * Runs a command that is struck down as it enters a step, so that it can undo nothing.
     *
     * @throws UnusablePairException if it does not come so far
     */
    void strike(Optional<DeploymentId> running, List<String> arguments, UpdateStep step);

    /** Changes the /etc of a deployment. */
    void changeEtc(DeploymentId id, List<LocalChange> changes);

    /** Makes the data that the machine's owner has. */
    void changeData(LivedInMachine machine);
  }

  /** The machine as it is now. */
  MachineOnPaper paper() {
    return paper;
  }

  /** The image to begin with. */
  Candidate oldImage() {
    return oldImage;
  }

  /** The other image. */
  Candidate newImage() {
    return newImage;
  }

  /** The deployment that the old image is installed as. */
  DeploymentId oldId() {
    return pristine(oldImage);
  }

  /** The deployment that an update to the new image makes. */
  DeploymentId newId() {
    return pristine(newImage);
  }

  private static DeploymentId pristine(Candidate image) {
    return new ImageOrigin(image.imageId(), image.reference()).pristine();
  }

  /** Gives a command, and boots nothing. */
  void gives(Verb verb) {
    hands.run(paper.running(), verb.arguments());
    paper = verb.done(paper);
  }

  /** Gives a command that is struck down before its commit point: to a person, nothing is done. */
  void givesInVain(Verb verb, UpdateStep step) {
    hands.strike(paper.running(), verb.arguments(), step);
  }

  /** The default boots and comes up. */
  void boots() {
    paper = paper.running(paper.defaultId());
    gives(new Verb.Bless());
  }

  /** The default boots; whether it comes up is not known yet. */
  void begins() {
    paper = paper.running(paper.defaultId());
  }

  /** The old image is installed. */
  void installs() {
    hands.prepare();
    hands.run(Optional.empty(), List.of("init"));
    gives(new Verb.Update(oldImage));
    hands.clearUp();
    LivedInMachine machine = livedIn(oldImage);
    hands.changeData(machine);
    paper = paper.withData(machine.data(), new TreeSet<>(machine.subvolumesOfData()));
  }

  /** The old image is a host on an ordinary subvolume, lived in. Nothing is deployed. */
  PlainHostOnPaper hasHost() {
    PlainHostOnPaper host = new PlainHostOnPaper(oldImage, bootLoader, filesystem);
    hands.layOut(host);
    paper = paper.with(host);
    return host;
  }

  /** Its owner makes the /etc of the default theirs. */
  void lives() {
    DeploymentId id = paper.defaultId();
    LivedInMachine machine = livedIn(paper.deployment(id).image());
    changes(id, machine.changesOfEtc(), machine.subvolumesOfEtc());
  }

  /** Its owner changes the /etc of a deployment. */
  void changes(DeploymentId id, List<LocalChange> changes, List<String> subvolumes) {
    hands.changeEtc(id, changes);
    paper = paper.with(id, paper.deployment(id).with(changes, subvolumes));
  }

  private static LivedInMachine livedIn(Candidate image) {
    return new LivedInMachine(image, LivedInMachine.Subvolumes.OF_DEPLOYMENTS);
  }

  /** The old image, lived in, booted and blessed. */
  void hasOld() {
    installs();
    lives();
    boots();
  }

  /** The old image as the fallback, the new one as the default, both blessed; the new one runs. */
  void hasBoth() {
    hasOld();
    gives(new Verb.Update(newImage));
    boots();
  }

  /** A snapshot of the default. */
  DeploymentId snapshots() {
    DeploymentId base = paper.defaultId();
    DeploymentId id = paper.nextWork(base);
    gives(new Verb.CreateSnapshot(base));
    return id;
  }

  /** A snapshot of the default that is closed. */
  DeploymentId closedSnapshot() {
    DeploymentId id = snapshots();
    gives(new Verb.Close(id));
    return id;
  }
}
