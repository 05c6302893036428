package io.github.containersnap.bundle;

/** What the completions of all shells have in common. */
final class Completions {
  /** A shell command that prints what deployments may be called, a line each. */
  static final String LIST_IDS =
      "printf '%s\\n' current default fallback pending;"
          + " container-snap list-snapshots 2>/dev/null | sed -e 1d -e 's/,.*//'";

  private Completions() {}

  /** The values that an option or a parameter takes. */
  enum Values {
    DEPLOYMENTS,
    PATHS,
    DIRECTORIES,
    /** Anything: not completed. */
    FREE;

    /** The values that a label in the help stands for. */
    static Values of(String label) {
      return switch (label.replaceAll("[^A-Z-]", "")) {
        case "ID" -> DEPLOYMENTS;
        case "DIR" -> DIRECTORIES;
        case "FILE", "FILE-OR-DEVICE", "DEVICE", "REF" -> PATHS;
        default -> FREE;
      };
    }
  }
}
