package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.NotInitializedException;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every command does before its own work, in this order: it refuses a machine that has no
 * place for deployments, takes the lock, settles what was interrupted, and reports what it settled.
 *
 * <p>Each method says which part of the lock it takes (decision 18) and whether it recovers. The
 * kernel releases the lock when the process dies; what the process had begun, the next {@link
 * #recover} settles.
 *
 * <p>Every method throws {@link NotInitializedException} before it writes anything, and {@link
 * LockedException} if another command holds the lock.
 */
final class Transaction {
  private final Machine machine;
  private final Ports ports;

  /** A transaction on {@code machine}. */
  Transaction(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
  }

  /** Takes the whole lock, recovers, and returns what {@code work} does. */
  <T> T run(Supplier<T> work) {
    return unrecovered(
        () -> {
          recover();
          return work.get();
        });
  }

  /** Takes the whole lock, recovers, and does {@code work}. */
  void run(Runnable work) {
    run(resultless(work));
  }

  /** Takes the whole lock; {@code work} itself decides when to recover, and how. */
  <T> T unrecovered(Supplier<T> work) {
    machine.requireInitialized();
    try (SystemLock.Held held = ports.lock().acquire()) {
      return work.get();
    }
  }

  /** As {@link #unrecovered(Supplier)}, for work without a result. */
  void unrecovered(Runnable work) {
    unrecovered(resultless(work));
  }

  /**
   * Takes the transaction part of the lock, which {@code work} may hold as long as the network
   * likes, and watches the filesystem for lost writes. {@code work} takes the menu part, and
   * recovers in it.
   */
  <T> T pulling(Function<SystemLock.HeldTransaction, T> work) {
    machine.requireInitialized();
    try (SystemLock.HeldTransaction held = ports.lock().acquireTransaction();
        Btrfs.Watch watch = watchLosses()) {
      return work.apply(held);
    }
  }

  /**
   * Takes the transaction part of the lock, for work that proves what is there; recovers nothing.
   */
  <T> T proving(Supplier<T> work) {
    machine.requireInitialized();
    try (SystemLock.HeldTransaction held = ports.lock().acquireTransaction()) {
      return work.get();
    }
  }

  /**
   * Takes the menu part of the lock, for work that replaces the menu beside a pull, and watches the
   * filesystem for lost writes. It recovers nothing: what was interrupted is the pull's.
   */
  <T> T onMenu(Supplier<T> work) {
    machine.requireInitialized();
    try (SystemLock.Held held = ports.lock().acquireMenu();
        Btrfs.Watch watch = watchLosses()) {
      return work.get();
    }
  }

  private Btrfs.Watch watchLosses() {
    return ports.btrfs().watchLosses(machine.layout().state());
  }

  /** Settles what was interrupted, and reports it; the caller holds the lock. */
  void recover() {
    new Recovery(machine).whileLocked().forEach(machine.progress()::notes);
  }

  /** Does {@code work}; if it fails, recovers at once. The caller holds the lock. */
  <T> T recoveringOnFailure(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      new Recovery(machine).after(failure);
      throw failure;
    }
  }

  private static Supplier<Boolean> resultless(Runnable work) {
    return () -> {
      work.run();
      return true;
    };
  }
}
