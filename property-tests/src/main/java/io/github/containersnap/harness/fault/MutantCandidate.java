package io.github.containersnap.harness.fault;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.updater.UpdaterProcess;
import java.util.function.UnaryOperator;

/**
 * The updater that something happens to.
 *
 * @param name what a process of its own knows it by
 * @param fault changes a machine to one with the updater's fault
 */
public record MutantCandidate(String name, UnaryOperator<Machine> fault) {
  /** The engine as it is. */
  public static final MutantCandidate SOUND =
      new MutantCandidate(UpdaterProcess.SOUND, machine -> machine);
}
