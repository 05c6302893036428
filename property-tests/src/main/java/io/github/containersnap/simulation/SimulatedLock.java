package io.github.containersnap.simulation;

import io.github.containersnap.engine.LockedException;
import io.github.containersnap.engine.port.SystemLock;

/** flock(2): held by a process, released with it. */
final class SimulatedLock implements SystemLock {
  private final SimulatedMachine machine;
  private final RunningCommand command;

  SimulatedLock(SimulatedMachine machine, RunningCommand command) {
    this.machine = machine;
    this.command = command;
  }

  @Override
  public Held acquire() {
    try {
      return command.call("take the lock", this::take);
    } catch (RuntimeException failure) {
      machine.unlock(command); // a call that fails has not left it locked
      throw failure;
    }
  }

  private Held take() {
    if (!machine.lock(command)) {
      throw new LockedException(machine.layout().lock(), "another command");
    }
    return this::release;
  }

  /** The process that is no more has released it already. */
  private void release() {
    if (command.ended().isEmpty()) {
      machine.unlock(command);
    }
  }
}
