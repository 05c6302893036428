package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.Ports;

/**
 * One small change of the machine's state, such as a pin or a read-only flag, with what takes it
 * back. It either happens and is durable, or the call fails and nothing has changed (P13).
 *
 * <p>A crash within it leaves the change done or not done: it is a single step of the filesystem. A
 * crash while it is taken back leaves the same two; no command has reported either by then.
 */
final class SmallChange {
  private final Machine machine;
  private final Runnable change;
  private final Runnable reversal;

  /**
   * A change that has not happened yet.
   *
   * @param change makes the change, in a single step of the filesystem
   * @param reversal takes the change back; it may be called when nothing has changed
   */
  SmallChange(Machine machine, Runnable change, Runnable reversal) {
    this.machine = machine;
    this.change = change;
    this.reversal = reversal;
  }

  /** Makes the change; returns when it is durable. If that fails, takes the change back. */
  void makeDurable() {
    Ports ports = machine.ports();
    try {
      change.run();
      ports.btrfs().commit(machine.layout().state());
    } catch (RuntimeException failure) {
      takeBack(failure);
      throw failure;
    }
  }

  private void takeBack(RuntimeException failure) {
    try {
      reversal.run();
      // The kernel may have committed the change by itself meanwhile: without this commit, a
      // crash could bring it back.
      machine.ports().btrfs().commit(machine.layout().state());
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // such as a filesystem that has become read-only
    }
  }
}
