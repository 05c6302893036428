package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.World;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Where the playing of a history has come to: the machine, and all that is known of it. */
final class PlayState {
  final World world;
  final Observer observer;
  final HistoryReport tale;
  Known known;
  int faults;

  /** How many crash states were looked at that a recorded disk could have been left in. */
  int crashStates;

  /**
   * Images that the store may hold torn: the command that pulled one was ended before its commit,
   * and podman calls complete what is not on the disk (DESIGN fact 1). The next update to the image
   * proves and mends it.
   */
  final Set<ImageId> perhapsTorn = new HashSet<>();

  /** Whether nothing has recovered from what struck a command. */
  boolean unrecovered;

  /**
   * What is so instead of {@link #known} if the power is lost now: a command that was ended has
   * changed something, and nothing has made that durable. The most likely first.
   */
  List<Known> ifThePowerIsLost = List.of();

  /** What may be so instead of {@link #known}, since the power was lost. */
  List<Known> sinceThePowerWasLost = List.of();

  /** What has happened to the machine since the present command was over, such as its starts. */
  UnaryOperator<Known> sinceTheCommand = UnaryOperator.identity();

  /** Whether the present boot was completed. */
  boolean complete;

  /** Whether the present boot is one of a trial, which a failing health check ends. */
  boolean onTrial;

  /** How often a system has come up. */
  int systemsStarted;

  /** The default that the boot loader gave up on in the present boot. */
  Optional<DeploymentId> gaveUpOn = Optional.empty();

  /** The trial that the default is on, and how often it was booted. */
  Optional<TrialState> trial = Optional.empty();

  int boots;

  /** All ids with a work number that were ever given to somebody. */
  final Set<DeploymentId> numbered = new HashSet<>();

  /** What updates have pruned: a power cut can bring it back, since that waits for no commit. */
  final Map<DeploymentId, Deployed> pruned = new TreeMap<>();

  PlayState(World world, Known known, HistoryReport tale) {
    this.world = world;
    this.observer = new Observer(world);
    this.known = known;
    this.tale = tale;
  }

  /** The same with another machine, which goes its own way from here on. */
  PlayState on(World other) {
    PlayState copy = new PlayState(other, known, new HistoryReport(false));
    copy.perhapsTorn.addAll(perhapsTorn);
    copy.unrecovered = unrecovered;
    copy.ifThePowerIsLost = ifThePowerIsLost;
    copy.sinceThePowerWasLost = sinceThePowerWasLost;
    copy.sinceTheCommand = sinceTheCommand;
    copy.complete = complete;
    copy.onTrial = onTrial;
    copy.systemsStarted = systemsStarted;
    copy.gaveUpOn = gaveUpOn;
    copy.trial = trial;
    copy.boots = boots;
    copy.numbered.addAll(numbered);
    copy.pruned.putAll(pruned);
    return copy;
  }

  /** What is known from a copy of the machine. */
  void learnFrom(PlayState copy) {
    known = copy.known;
    ifThePowerIsLost = copy.ifThePowerIsLost;
    sinceThePowerWasLost = copy.sinceThePowerWasLost;
    pruned.clear();
    pruned.putAll(copy.pruned);
    tale.takeTransitionsOf(copy.tale);
  }

  /** Something has happened to the machine that no power cut takes back. */
  void changed(UnaryOperator<Known> how) {
    UnaryOperator<Known> before = sinceTheCommand;
    sinceTheCommand = it -> how.apply(before.apply(it));
    turnsOut(how);
  }

  /**
   * What is there though it was pruned was made again, and commits since have sealed the pruning.
   */
  void hasMadeAgain() {
    pruned.keySet().removeAll(world.view().deployments());
  }

  /** Something that happened before the present command turns out to be otherwise than known. */
  void turnsOut(UnaryOperator<Known> how) {
    known = how.apply(known);
    ifThePowerIsLost = ifThePowerIsLost.stream().map(how).toList();
    sinceThePowerWasLost = sinceThePowerWasLost.stream().map(how).toList();
  }

  /** A command is over; what follows happens after it. */
  void commandIsOver() {
    sinceTheCommand = UnaryOperator.identity();
  }

  void mayBeIfThePowerIsLost(Known other) {
    ifThePowerIsLost = Stream.concat(ifThePowerIsLost.stream(), Stream.of(other)).toList();
  }

  /** All that is there is durable. */
  void becomesDurable() {
    ifThePowerIsLost = List.of();
  }

  /**
   * The power was lost, and has come back. What may be so since an earlier loss may still be so,
   * unless the machine was compared in between.
   */
  void powerIsBack() {
    sinceThePowerWasLost =
        Stream.concat(ifThePowerIsLost.stream(), sinceThePowerWasLost.stream()).toList();
    ifThePowerIsLost = List.of();
  }

  /** That the machine is what is known of it; after a power cut, of what may be known. */
  void compare() throws HistoryAborted {
    Optional<Violation> difference = difference(known);
    for (Known other : sinceThePowerWasLost) {
      if (difference.isPresent() && difference(other).isEmpty()) {
        known = other;
        difference = Optional.empty();
      }
    }
    sinceThePowerWasLost = List.of();
    HistoryAborted.with(difference);
  }

  private Optional<Violation> difference(Known must) {
    return observer.difference(must, must.deployments().keySet(), true);
  }
}
