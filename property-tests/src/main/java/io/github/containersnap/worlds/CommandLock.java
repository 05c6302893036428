package io.github.containersnap.worlds;

import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.simulation.RunningCommand;
import java.util.Optional;
import java.util.function.Consumer;

/** The lock as a command takes it: given back when the command's process is no more. */
final class CommandLock implements SystemLock {
  private static final String NAME = "take the lock";

  private final SystemLock real;
  private final RunningCommand command;
  private final Consumer<String> beforeCall;
  private Optional<Held> held = Optional.empty();

  CommandLock(SystemLock real, RunningCommand command, Consumer<String> beforeCall) {
    this.real = real;
    this.command = command;
    this.beforeCall = beforeCall;
  }

  @Override
  public Held acquire() {
    beforeCall.accept(NAME);
    try {
      return command.call(NAME, this::take);
    } catch (RuntimeException failure) {
      release(); // a call that fails has not left it locked
      throw failure;
    }
  }

  private Held take() {
    held = Optional.of(real.acquire());
    return () -> {
      if (command.ended().isEmpty()) {
        release();
      }
    };
  }

  /** As the kernel does when a process ends. */
  void release() {
    held.ifPresent(Held::close);
    held = Optional.empty();
  }
}
