package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ReferenceModel;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.property.Withstands;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a command has come to. One that a fault struck may have happened or not, whatever the fault;
 * if it said that it has happened, it has; if all that struck must be refused harmlessly, it has
 * not. From then on exactly one of the two is known to be so.
 */
final class OutcomeResolution {
  private final PlayState situation;
  private final HistoryStep step;
  private final PlannedCommand plan;
  private final Known wasKnown;
  private final CommandRun<Optional<DeploymentId>> run;
  private final boolean done;
  private final boolean tight;
  private final boolean beyondHelp;

  /**
   * Of a command.
   *
   * @param wasKnown what was known before it
   * @param tight whether the disk was filled, before it or while it ran
   */
  OutcomeResolution(
      PlayState situation,
      HistoryStep step,
      PlannedCommand plan,
      Known wasKnown,
      CommandRun<Optional<DeploymentId>> run,
      boolean tight) {
    this(situation, step, plan, wasKnown, run, tight, situation.world.isFilledBeyondHelp());
  }

  private OutcomeResolution(
      PlayState situation,
      HistoryStep step,
      PlannedCommand plan,
      Known wasKnown,
      CommandRun<Optional<DeploymentId>> run,
      boolean tight,
      boolean beyondHelp) {
    this.situation = situation;
    this.step = step;
    this.plan = plan;
    this.wasKnown = wasKnown;
    this.run = run;
    this.done = run.ending() instanceof Ending.Done;
    this.tight = tight;
    this.beyondHelp = beyondHelp;
  }

  /** The same command, in a situation that it may have come to as well. */
  OutcomeResolution in(PlayState other) {
    return new OutcomeResolution(other, step, plan, wasKnown, run, tight, beyondHelp);
  }

  void requireRightEnding() throws HistoryAborted {
    switch (run.ending()) {
      case Ending.Done<Optional<DeploymentId>> _ when plan.mustBeRefused() ->
          throw HistoryAborted.violated(Property.P4, "that is not refused");
      case Ending.Failed<Optional<DeploymentId>> failed
          when !plan.mustBeRefused()
              && run.undisturbed()
              && !run.struckBy(WorldFault.DiskFills.class) // a disk may fill after it was looked at
              && !(tight && plan.needsRoom())
              && !(plan.needsStore()
                  && plan.madeImage().filter(situation.perhapsTorn::contains).isPresent())
              && !situation.world.isFilledBeyondHelp() ->
          throw HistoryAborted.violated(
              tight ? Property.P7 : Property.P5,
              "it fails though nothing is in its way: " + failed.inWords());
      default -> {}
    }
  }

  /** A work number is given once, also if its deployment is long gone. */
  void requireNewNumber() throws HistoryAborted {
    if (plan.changes()
        && run.ending() instanceof Ending.Done<Optional<DeploymentId>>(Optional<DeploymentId> made)
        && made.filter(id -> id.work() > 0 && !situation.numbered.add(id)).isPresent()) {
      throw HistoryAborted.violated(
          Property.P1, "the id %s is given a second time".formatted(made.get().shortForm()));
    }
  }

  /**
   * Finds out which of what may be known now is so, and goes on with it.
   *
   * @param durable whether the power may be lost now without any change
   */
  void settle(boolean durable) throws HistoryAborted {
    List<Candidate> possible = possible();
    if (possible.isEmpty()) {
      throw HistoryAborted.violated(Property.P2, "that is reported to be done, and is not");
    }
    Optional<Violation> first = Optional.empty();
    for (Candidate possibly : possible) {
      Known here = here(possibly);
      Optional<Violation> difference = difference(possibly, here);
      if (difference.isEmpty()) {
        adopt(here);
        situation.sinceThePowerWasLost = List.of();
        if (done || durable) {
          situation.becomesDurable();
        } else {
          possible.stream()
              .filter(other -> !other.equals(possibly))
              .map(this::here)
              .forEach(situation::mayBeIfThePowerIsLost);
        }
        situation.tale.transition(step, run, possibly.happened());
        return;
      }
      // What is wrong besides the menu says more than that it is another candidate's.
      boolean sameMenu = situation.observer.bootMenu().map(Observer::menu).equals(here.menu());
      first = sameMenu ? difference : first.or(() -> difference);
    }
    boolean failedHarmfully = !done && run.failsHarmlessly(tight);
    Property harmless = tight ? Property.P7 : Property.P13;
    throw new HistoryAborted(
        first.map(it -> failedHarmfully ? new Withstands(harmless).broken(it) : it));
  }

  /** What may be known now, and whether the command then did what it is for. */
  private record Candidate(Known known, boolean happened) {}

  private List<Candidate> possible() {
    Known before = withWhatCameBack(wasKnown);
    Set<DeploymentId> news = new HashSet<>(situation.world.view().deployments());
    news.removeAll(wasKnown.deployments().keySet());
    // One that came back can have the id of one that was made again.
    Optional<DeploymentId> made =
        news.stream()
            .filter(it -> plan.madeImage().filter(it.image()::equals).isPresent())
            .findFirst();
    List<Candidate> possible = new ArrayList<>();
    boolean mayHaveHappened = done || !(plan.mustBeRefused() || run.failsHarmlessly(tight));
    UnaryOperator<Known> since = situation.sinceTheCommand;
    if (mayHaveHappened && plan.madeImage().isEmpty()) {
      possible.add(new Candidate(since.apply(plan.after(before, before.current())), true));
    }
    if (mayHaveHappened && made.isPresent()) {
      Known happened = plan.after(without(before, made.get()), made);
      possible.add(new Candidate(since.apply(happened), true));
    }
    if (!done && mayHaveHappened) {
      Known half = plan.half().apply(before);
      if (!half.equals(before)) {
        possible.add(new Candidate(since.apply(half), false));
      }
    }
    if (!done || (plan.madeImage().isPresent() && plan.mayMakeNothing())) {
      possible.add(new Candidate(since.apply(before), false));
      situation.sinceThePowerWasLost.forEach(it -> possible.add(new Candidate(it, false)));
    }
    return possible;
  }

  private Known here(Candidate possibly) {
    Known candidate = possibly.known();
    return situation.world.boot().map(it -> candidate.running(it.deployment())).orElse(candidate);
  }

  /** Whether what it removes is gone: to remove takes room, which a full disk may not have left. */
  private boolean exactly() {
    boolean removes = plan.prunes() || !plan.clearsUp().isEmpty();
    return done && removes && run.struck().isEmpty() && !beyondHelp;
  }

  private Optional<Violation> difference(Candidate possibly, Known here) {
    boolean happened = possibly.happened();
    Set<DeploymentId> kept =
        plan.prunes() && (happened || plan.madeImage().isEmpty())
            ? ReferenceModel.retained(
                situation.known.running().isPresent() ? possibly.known() : here,
                situation.world.now())
            : happened ? needed(here) : withoutWhatCameBack(possibly.known());
    return situation.observer.difference(
        exactly() ? here.only(kept) : here, kept, done && happened);
  }

  /** What the command itself removes once it is durable may be gone already, or still there. */
  private Set<DeploymentId> needed(Known known) {
    Set<DeploymentId> needed = new HashSet<>(known.deployments().keySet());
    needed.removeAll(plan.clearsUp());
    return needed;
  }

  /** A deployment that came back may be one that was being made again, which recovery removes. */
  private Set<DeploymentId> withoutWhatCameBack(Known known) {
    Set<DeploymentId> cameBack = new HashSet<>(situation.known.deployments().keySet());
    cameBack.removeAll(wasKnown.deployments().keySet());
    Set<DeploymentId> kept = new HashSet<>(known.deployments().keySet());
    kept.removeAll(cameBack);
    return kept;
  }

  private void adopt(Known here) {
    Set<DeploymentId> there = situation.world.view().deployments();
    if (exactly() && plan.removesDurably()) {
      situation.pruned.clear(); // such a command ends with a commit of its own
    } else {
      situation.pruned.putAll(here.deployments());
    }
    situation.pruned.keySet().removeAll(there);
    situation.known = here.only(there);
  }

  private static Known without(Known before, DeploymentId id) {
    Set<DeploymentId> others = new HashSet<>(before.deployments().keySet());
    others.remove(id);
    return before.only(others);
  }

  private Known withWhatCameBack(Known before) {
    Known with = before;
    for (Map.Entry<DeploymentId, Deployed> it : situation.known.deployments().entrySet()) {
      if (!before.deployments().containsKey(it.getKey())) {
        with = with.with(it.getKey(), it.getValue());
      }
    }
    return with;
  }
}
