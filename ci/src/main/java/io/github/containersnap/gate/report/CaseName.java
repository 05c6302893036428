package io.github.containersnap.gate.report;

import io.github.containersnap.loopback.crash.CrashState;

/** What the case file of a crash state is called. */
public final class CaseName {
  private static final int LONGEST_NAME = 100;

  private CaseName() {}

  /** The file's name below the report. */
  public static String of(CrashState state) {
    return "cases/%s.json"
        .formatted(
            state instanceof CrashState.Prefix(int entries) ? "state-" + entries : named(state));
  }

  /**
   * The name, below the report, of what a booted machine showed.
   *
   * @param ending {@code log} for its serial console, {@code png} for its screen
   */
  public static String console(CrashState state, String ending) {
    return of(state).replace("cases/", "consoles/").replace(".json", "." + ending);
  }

  private static String named(CrashState state) {
    String address = state.toString().replaceAll("[:,]", "-");
    return address.length() <= LONGEST_NAME
        ? address
        : "%s-%08x".formatted(address.substring(0, LONGEST_NAME), address.hashCode());
  }
}
