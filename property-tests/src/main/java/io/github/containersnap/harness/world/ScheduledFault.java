package io.github.containersnap.harness.world;

/**
 * A fault with its place in a command.
 *
 * @param call the port call at which it strikes, from 1
 * @param step how many of the call's steps are done by then; 0 is before the call, and what the
 *     call does not have is after it
 * @param fault what happens
 */
public record ScheduledFault(int call, int step, WorldFault fault) {
  /** After the call, however many steps it has. */
  public static final int AFTER = 1 << 20;

  public ScheduledFault {
    if (call < 1 || step < 0 || step > AFTER) {
      throw new IllegalArgumentException("no place for a fault: call " + call + ", step " + step);
    }
  }
}
