package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.experiment.TransitionExpectations;
import io.github.containersnap.harness.oracle.DeploymentOracle;
import io.github.containersnap.harness.oracle.RootOracle;
import io.github.containersnap.harness.oracle.SharedFindings;
import io.github.containersnap.harness.oracle.StateOracle;
import io.github.containersnap.harness.oracle.TransitionOracle;
import io.github.containersnap.harness.oracle.reading.ContentNames;
import io.github.containersnap.harness.oracle.reading.SharedContent;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.oracle.reading.UntouchedRanges;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.Epoch;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a sweep is over and works with. It does not change, so that all workers share it.
 *
 * @param recording the disk before the update, the log, and what to expect
 * @param updater recovers, and updates again
 * @param workspace where disks are mounted
 * @param scratch where copies of the disk lie
 * @param depth which states are examined in depth
 * @param states the states of the log
 * @param epochs its epochs, by their first entry
 * @param shared what one examination has found and another may use
 * @param content the files that roots of another updater have in common
 * @param untouched names what files hold where no walk does: on other filesystems than btrfs; empty
 *     where each state is read for itself
 * @param updatesAgain whether another updater updates again in each state
 */
record SweepContext(
    Recording recording,
    Updater updater,
    Workspace workspace,
    ScratchSpace scratch,
    CrashSweep.Depth depth,
    CrashStates states,
    Map<Integer, Epoch> epochs,
    SharedFindings shared,
    SharedContent content,
    Optional<ContentNames> untouched,
    boolean updatesAgain) {

  SweepContext {
    epochs = Map.copyOf(epochs);
  }

  static SweepContext of(
      Recording recording,
      Updater updater,
      Workspace workspace,
      ScratchSpace scratch,
      CrashSweep.Depth depth) {
    CrashStates states = CrashStates.of(recording.log());
    return new SweepContext(
        recording,
        updater,
        workspace,
        scratch,
        depth,
        states,
        states.epochs().stream()
            .collect(Collectors.toMap(Epoch::firstEntry, Function.identity(), (_, later) -> later)),
        new SharedFindings(),
        new SharedContent(),
        recording.base().filesystem().isBtrfs() || depth == CrashSweep.Depth.EVERY_STATE
            ? Optional.empty()
            : Optional.of(new UntouchedRanges(recording.base(), recording.log())),
        true);
  }

  /** The same, but another updater does not update again. */
  SweepContext withoutUpdatingAgain() {
    return new SweepContext(
        recording, updater, workspace, scratch, depth, states, epochs, shared, content, untouched,
        false);
  }

  /** Whether a state may have the verdict of its class without being looked at. */
  boolean recognises() {
    return depth == CrashSweep.Depth.EACH_CLASS;
  }

  /** The epoch that begins at an entry. */
  Optional<Epoch> epochAt(int entry) {
    return Optional.ofNullable(epochs.get(entry));
  }

  /** Whether the update had reported success when the power of a state was lost. */
  boolean successReported(CrashState state) {
    return states.arrived(state).issued() > recording.reportedAt();
  }

  /**
   * What examines states of this recording.
   *
   * @param name of its copies of the disk; each worker has its own
   */
  StateOracle oracle(String name) {
    StateCopies copies = new StateCopies(name, recording.base(), workspace, scratch);
    String newReference = recording.newReference();
    return switch (recording.expectations()) {
      case DeploymentExpectations deployments ->
          new DeploymentOracle(copies, deployments, updater, newReference, shared);
      case RootExpectations roots ->
          new RootOracle(copies, roots, updater, newReference, updatesAgain, content, untouched);
      case TransitionExpectations transition ->
          new TransitionOracle(copies, transition, updater, shared);
    };
  }
}
