package io.github.containersnap.harness.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A process that makes port calls, and what strikes it. Every call of every port goes through
 * {@link #call}.
 */
public final class RunningCommand {
  /**
   * A fault that came.
   *
   * @param strike the fault with its place
   * @param call the port call in words
   * @param done how many steps of it were done
   * @param after whether all of them were
   */
  public record Struck(ScheduledFault strike, String call, int done, boolean after) {}

  /** Where a command runs. */
  public interface Host {
    /**
     * Makes a command the one that is at work, or none.
     *
     * @return which was
     */
    Optional<RunningCommand> makeActive(Optional<RunningCommand> command);

    /** Carries a fault out; whatever ends or fails the command is thrown. */
    void strike(RunningCommand command, ScheduledFault strike);
  }

  private final Host host;
  private final List<ScheduledFault> waiting;
  private final List<Struck> struck = new ArrayList<>();
  private int calls;
  private int steps;
  private String present = "";
  private Optional<ProcessKilled> ended = Optional.empty();
  private int callsAfterItsEnd;

  /** A command that begins on {@code host}. */
  public RunningCommand(Host host, List<ScheduledFault> strikes) {
    this.host = host;
    this.waiting = new ArrayList<>(strikes);
  }

  /** A call that has no result. */
  public void run(String name, Runnable body) {
    call(
        name,
        () -> {
          body.run();
          return "";
        });
  }

  /** A port call; {@code name} says in words which. */
  public <T> T call(String name, Supplier<T> body) {
    if (ended.isPresent()) {
      callsAfterItsEnd++;
      throw ended.get();
    }
    Optional<RunningCommand> before = host.makeActive(Optional.of(this));
    try {
      calls++;
      steps = 0;
      present = name;
      strike(false);
      T result = body.get();
      strike(true);
      return result;
    } finally {
      host.makeActive(before);
    }
  }

  /**
   * A strike has come, within a call that is about to be made and may fail of it: what cannot be
   * done in the middle of a call has to be prepared before it.
   */
  public void preparedFor(String name, ScheduledFault strike) {
    waiting.remove(strike);
    struck.add(new Struck(strike, name, strike.step(), false));
  }

  /** The present call is about to take a step. */
  public void step() {
    steps++;
    strike(false);
  }

  private void strike(boolean after) {
    for (ScheduledFault strike : List.copyOf(waiting)) {
      if (strike.call() == calls && (after || strike.step() == steps)) {
        waiting.remove(strike);
        struck.add(new Struck(strike, present, after ? steps : Math.max(0, steps - 1), after));
        host.strike(this, strike);
      }
    }
  }

  /** It is ended so, and calls nothing any more; to be thrown. */
  public ProcessKilled end(ProcessKilled how) {
    ended = Optional.of(how);
    return how;
  }

  /** How it was ended, if it was. */
  public Optional<ProcessKilled> ended() {
    return ended;
  }

  /** The strikes that have not come yet. */
  public List<ScheduledFault> waiting() {
    return List.copyOf(waiting);
  }

  /** How many calls it made. */
  public int calls() {
    return calls;
  }

  /** How many calls it tried to make after it had been ended: it must not have handled that. */
  public int callsAfterItsEnd() {
    return callsAfterItsEnd;
  }

  /** The faults that came, in order. */
  public List<Struck> struck() {
    return List.copyOf(struck);
  }
}
