package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.world.HistoryImage;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A command: how the engine is asked for it, and what must then be so. {@link CommandPlanner} makes
 * it.
 *
 * @param sentence what happens, without a full stop
 * @param command asks the engine; says which deployment it made, if it made one
 * @param effect what is known after it, from what was known before and the deployment it made
 * @param changes whether it changes what is known, beside what it prunes
 * @param mustBeRefused whether it must fail and change nothing
 * @param prunes whether it removes what need not be kept
 * @param clearsUp the deployments that it removes once its effect is durable: a fault may leave
 *     them to the next prune
 * @param needsRoom whether it may fail on a full disk
 * @param needsStore whether it may fail of what an interrupted pull has left in the store
 * @param madeImage of which image it makes a deployment, if it makes one
 * @param published what the registry must have for it
 * @param recovers whether it first recovers what was interrupted
 * @param half what is known after the first of its transactions, from what was known before; the
 *     same if it has only one
 */
record PlannedCommand(
    String sentence,
    Function<Machine, Optional<DeploymentId>> command,
    BiFunction<Known, Optional<DeploymentId>, Known> effect,
    boolean changes,
    boolean mustBeRefused,
    boolean prunes,
    Set<DeploymentId> clearsUp,
    boolean needsRoom,
    boolean needsStore,
    Optional<ImageId> madeImage,
    Optional<HistoryImage> published,
    boolean recovers,
    UnaryOperator<Known> half) {
  PlannedCommand {
    clearsUp = Set.copyOf(clearsUp);
  }

  PlannedCommand(
      String sentence,
      Function<Machine, Optional<DeploymentId>> command,
      BiFunction<Known, Optional<DeploymentId>, Known> effect,
      boolean changes,
      boolean mustBeRefused,
      boolean prunes,
      boolean needsRoom,
      Optional<ImageId> madeImage,
      Optional<HistoryImage> published) {
    this(
        sentence,
        command,
        effect,
        changes,
        mustBeRefused,
        prunes,
        Set.of(),
        needsRoom,
        false,
        madeImage,
        published,
        true,
        UnaryOperator.identity());
  }

  /** One that makes no deployment. */
  static PlannedCommand simple(
      String sentence,
      Consumer<Machine> command,
      UnaryOperator<Known> effect,
      boolean mustBeRefused) {
    return new PlannedCommand(
        sentence,
        it -> {
          command.accept(it);
          return Optional.empty();
        },
        (before, _) -> effect.apply(before),
        true,
        mustBeRefused,
        false,
        false,
        Optional.empty(),
        Optional.empty());
  }

  /** The same, which may fail on a full disk. */
  PlannedCommand needingRoom() {
    return with(clearsUp, true, needsStore, recovers, half);
  }

  /** The same, which may fail if the store does not hold what it lists. */
  PlannedCommand needingStore() {
    return with(clearsUp, needsRoom, true, recovers, half);
  }

  /** The same, which leaves what was interrupted alone. */
  PlannedCommand recoveringNothing() {
    return with(clearsUp, needsRoom, needsStore, false, half);
  }

  /** The same, which also removes deployments once its effect is durable. */
  PlannedCommand clearingUp(Set<DeploymentId> removed) {
    return with(removed, needsRoom, needsStore, recovers, half);
  }

  /** The same, in two transactions: a fault may come between them. */
  PlannedCommand inTwo(UnaryOperator<Known> afterTheFirst) {
    return with(clearsUp, needsRoom, needsStore, recovers, afterTheFirst);
  }

  private PlannedCommand with(
      Set<DeploymentId> removed,
      boolean room,
      boolean store,
      boolean recoversBeforehand,
      UnaryOperator<Known> afterTheFirst) {
    return new PlannedCommand(
        sentence,
        command,
        effect,
        changes,
        mustBeRefused,
        prunes,
        removed,
        room,
        store,
        madeImage,
        published,
        recoversBeforehand,
        afterTheFirst);
  }

  Known after(Known before, Optional<DeploymentId> made) {
    return effect.apply(before, made);
  }

  /** Whether it may have nothing to do and say that it is done. */
  boolean mayMakeNothing() {
    return !changes;
  }

  /** Whether it removes deployments, and commits that too before it says that it is done. */
  boolean removesDurably() {
    return !clearsUp.isEmpty() || (prunes && madeImage.isEmpty());
  }
}
