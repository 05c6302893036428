package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.harness.world.RunningCommand;
import java.util.function.Supplier;

/** Locks on bytes of a file: held by a process, released with it. */
final class SimulatedLock implements SystemLock {
  private static final String BOTH = "take the lock";
  private static final String TRANSACTION = "take the lock of transactions";
  private static final String MENU = "take the lock of the menu";

  private final SimulatedMachine machine;
  private final RunningCommand command;

  SimulatedLock(SimulatedMachine machine, RunningCommand command) {
    this.machine = machine;
    this.command = command;
  }

  @Override
  public Held acquire() {
    return acquire(BOTH, this::takeBoth, this::unlockBoth);
  }

  @Override
  public HeldTransaction acquireTransaction() {
    Held transaction = acquire(TRANSACTION, this::takeTransaction, this::unlockTransaction);
    return new HeldTransaction() {
      @Override
      public Held menu() {
        return held(takeMenu(), SimulatedLock.this::unlockMenu);
      }

      @Override
      public void close() {
        transaction.close();
      }
    };
  }

  @Override
  public Held acquireMenu() {
    return acquire(MENU, this::takeMenu, this::unlockMenu);
  }

  private Held acquire(String name, Supplier<Boolean> take, Runnable unlock) {
    boolean taken;
    try {
      taken = command.call(name, take);
    } catch (RuntimeException failure) {
      unlock.run(); // a call that fails has not left it locked
      throw failure;
    }
    return held(taken, unlock);
  }

  /** Time stands still while a command waits for another, so it does not wait. */
  private Held held(boolean taken, Runnable unlock) {
    if (!taken) {
      throw new LockedException(machine.layout().lock(), "another command");
    }
    return () -> release(unlock);
  }

  private boolean takeBoth() {
    if (!machine.lockTransaction(command)) {
      return false;
    }
    if (!machine.lockMenu(command)) {
      machine.unlockTransaction(command);
      return false;
    }
    return true;
  }

  private boolean takeTransaction() {
    return machine.lockTransaction(command);
  }

  private boolean takeMenu() {
    return machine.lockMenu(command);
  }

  private void unlockBoth() {
    machine.unlock(command);
  }

  private void unlockTransaction() {
    machine.unlockTransaction(command);
  }

  private void unlockMenu() {
    machine.unlockMenu(command);
  }

  /** The process that is no more has released it already. */
  private void release(Runnable unlock) {
    if (command.ended().isEmpty()) {
      unlock.run();
    }
  }
}
