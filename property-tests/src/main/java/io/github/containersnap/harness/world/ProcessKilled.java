package io.github.containersnap.harness.world;

/**
 * The process is no more: its machine lost power, or it was killed. An error, and not an exception,
 * so that nothing that handles failures handles it.
 */
public final class ProcessKilled extends Error {
  private static final long serialVersionUID = 1L;

  private final boolean withItsMachine;

  /** The end of a process, and perhaps of its machine's power. */
  public ProcessKilled(boolean withItsMachine) {
    super(withItsMachine ? "the power was lost" : "the process was killed", null, false, false);
    this.withItsMachine = withItsMachine;
  }

  /** Whether the machine lost power; else it runs on. */
  public boolean withItsMachine() {
    return withItsMachine;
  }
}
