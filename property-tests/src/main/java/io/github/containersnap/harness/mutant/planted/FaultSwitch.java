package io.github.containersnap.harness.mutant.planted;

import java.util.Set;

/**
 * Switches faults of the engine on, for this thread and for those it starts, until closed. A sound
 * and a faulty engine can so work in one process at the same time.
 */
public final class FaultSwitch implements AutoCloseable {
  private static final InheritableThreadLocal<Set<EngineFault>> ON =
      new InheritableThreadLocal<>() {
        @Override
        protected Set<EngineFault> initialValue() {
          return Set.of();
        }
      };

  private final Set<EngineFault> before;

  private FaultSwitch(Set<EngineFault> before) {
    this.before = before;
  }

  /** Switches exactly these on, and all others off. */
  public static FaultSwitch to(Set<EngineFault> faults) {
    if (!faults.isEmpty()) {
      EngineWeaver.weave();
    }
    FaultSwitch undo = new FaultSwitch(ON.get());
    ON.set(Set.copyOf(faults));
    return undo;
  }

  /** Whether the engine has the fault in this thread. */
  static boolean isOn(EngineFault fault) {
    return ON.get().contains(fault);
  }

  @Override
  public void close() {
    ON.set(before);
  }
}
