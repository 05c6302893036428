package io.github.containersnap.harness.world;

/**
 * A file of an /etc, as far as histories know it.
 *
 * @param text its text; of a symbolic link {@code "-> "} and its target
 * @param mode the permission bits
 * @param owner the user id of its owner
 */
public record EtcFile(String text, int mode, int owner) {
  private static final int USUAL_MODE = 0644;

  /** A file as an editor of root makes it. */
  public static EtcFile of(String text) {
    return new EtcFile(text, USUAL_MODE, 0);
  }

  /** The same with another mode and owner. */
  public EtcFile with(int otherMode, int otherOwner) {
    return new EtcFile(text, otherMode, otherOwner);
  }

  @Override
  public String toString() {
    return "%s (0%o, of %d)".formatted(text.strip(), mode, owner);
  }
}
