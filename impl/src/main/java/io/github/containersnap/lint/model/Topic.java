package io.github.containersnap.lint.model;

/** What findings are grouped by. */
public enum Topic {
  /** Whether it boots. */
  BOOT("Boot"),
  /** Whether a machine that runs it can be updated. */
  UPDATES("Updates"),
  /** What is each machine's own. */
  ETC("/etc"),
  /** What deployments share. */
  SHARED("/var and other shared directories"),
  /** Permissions and names. */
  FILES("Files");

  private final String title;

  Topic(String title) {
    this.title = title;
  }

  /** The heading. */
  public String title() {
    return title;
  }
}
