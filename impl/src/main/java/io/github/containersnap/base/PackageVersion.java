package io.github.containersnap.base;

/**
 * The version of a package, {@code [epoch:]upstream[-revision]}, as Debian and rpm write it; rpm
 * says version and release. Every text has these parts, also one that is not a version.
 *
 * @param epoch what stands before the first colon; empty if there is none
 * @param upstream what stands between
 * @param revision what stands behind the last hyphen; empty if there is none
 */
public record PackageVersion(String epoch, String upstream, String revision) {
  /** The parts of a text. */
  public static PackageVersion of(String text) {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    int hyphen = rest.lastIndexOf('-');
    return new PackageVersion(
        text.substring(0, Math.max(0, colon)),
        hyphen < 0 ? rest : rest.substring(0, hyphen),
        hyphen < 0 ? "" : rest.substring(hyphen + 1));
  }
}
