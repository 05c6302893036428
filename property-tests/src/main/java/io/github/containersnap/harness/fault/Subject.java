package io.github.containersnap.harness.fault;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.harness.updater.ChildMain;
import java.util.function.UnaryOperator;

/**
 * The updater that something happens to.
 *
 * @param name what a process of its own knows it by
 * @param fault changes a machine to one with the updater's fault
 */
public record Subject(String name, UnaryOperator<Machine> fault) {
  /** The engine as it is. */
  public static final Subject SOUND = new Subject(ChildMain.SOUND, machine -> machine);
}
