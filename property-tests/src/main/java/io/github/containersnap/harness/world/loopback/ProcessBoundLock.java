package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.harness.world.RunningCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The lock as a command takes it: given back when the command's process is no more. */
final class ProcessBoundLock implements SystemLock {
  private static final String BOTH = "take the lock";
  private static final String TRANSACTION = "take the lock of transactions";
  private static final String MENU = "take the lock of the menu";

  private final SystemLock real;
  private final RunningCommand command;
  private final Consumer<String> beforeCall;
  private final List<Held> held = new ArrayList<>();

  ProcessBoundLock(SystemLock real, RunningCommand command, Consumer<String> beforeCall) {
    this.real = real;
    this.command = command;
    this.beforeCall = beforeCall;
  }

  @Override
  public Held acquire() {
    return acquire(BOTH, real::acquire);
  }

  @Override
  public Held acquireMenu() {
    return acquire(MENU, real::acquireMenu);
  }

  @Override
  public HeldTransaction acquireTransaction() {
    List<HeldTransaction> taken = new ArrayList<>();
    Held transaction =
        acquire(
            TRANSACTION,
            () -> {
              taken.add(real.acquireTransaction());
              return taken.getFirst();
            });
    return new HeldTransaction() {
      @Override
      public Held menu() {
        return keep(taken.getFirst().menu());
      }

      @Override
      public void close() {
        transaction.close();
      }
    };
  }

  private Held acquire(String name, Supplier<Held> take) {
    beforeCall.accept(name);
    int before = held.size();
    try {
      return command.call(name, () -> keep(take.get()));
    } catch (RuntimeException failure) {
      while (held.size() > before) {
        release(held.getLast()); // a call that fails has not left it locked
      }
      throw failure;
    }
  }

  private Held keep(Held taken) {
    held.add(taken);
    return () -> {
      if (command.ended().isEmpty()) {
        release(taken);
      }
    };
  }

  private void release(Held taken) {
    held.remove(taken);
    taken.close();
  }

  /** As the kernel does when a process ends. */
  void release() {
    List.copyOf(held).reversed().forEach(this::release);
  }
}
