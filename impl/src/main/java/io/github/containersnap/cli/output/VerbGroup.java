package io.github.containersnap.cli.output;

import java.util.List;

/** What belongs together among the verbs, in the order in which help and manual show it. */
public enum VerbGroup {
  UPDATES(
      "Update the system, and go back",
      "update discard rollback switch reset kargs source pull load"),
  LOOK("Look", "status diff etc-diff verify list-snapshots list-images"),
  DEPLOYMENTS("Keep and remove deployments", "pin unpin prune delete"),
  SET_UP("Build an image, set up a machine", "lint install adopt init"),
  SERVICES("Run by the system's own units", "recover bless finalize"),
  TRANSACTIONS(
      "For tukit and scripts",
      "get-current get-default get-root get-readonly-state create-snapshot set-readonly-state"),
  HELP("Help", "help");

  private final String heading;
  private final String verbs;

  VerbGroup(String heading, String verbs) {
    this.heading = heading;
    this.verbs = verbs;
  }

  /** What its verbs are for. */
  public String heading() {
    return heading;
  }

  /** The names of its verbs. */
  public List<String> verbs() {
    return List.of(verbs.split(" ", -1));
  }
}
