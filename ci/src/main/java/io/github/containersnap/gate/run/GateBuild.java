package io.github.containersnap.gate.run;

/**
 * Which gate this is. Parts of one check are judged by one gate: another may ask for more, or for
 * less.
 */
public final class GateBuild {
  /** The version of the gate, as {@code ci/gate --version} prints it. */
  public static final String VERSION = "container-snap gate 0.1";

  private static final String PROPERTY = "container-snap.gate.sources";

  private GateBuild() {}

  /**
   * The version, and the digest of the sources that {@code ci/gate} built the program from; it is
   * missing where another program started this one, as tests do.
   */
  public static String current() {
    String sources = System.getProperty(PROPERTY, "");
    return sources.isEmpty() ? VERSION : VERSION + " of sources " + sources;
  }
}
