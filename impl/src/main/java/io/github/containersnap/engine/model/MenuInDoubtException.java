package io.github.containersnap.engine.model;

/** The disk refused a new boot menu, and then refused to take it back. */
public final class MenuInDoubtException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /**
   * The menu may be the new one or the old one; both are whole.
   *
   * @param failure what the disk answered to the new menu
   * @param again what it answered to taking that back
   */
  public MenuInDoubtException(RuntimeException failure, RuntimeException again) {
    super(
        "The boot menu was replaced, that could not be made durable (%s), and it could not be taken"
                .formatted(failure.getMessage())
            + " back.",
        "The next boot is the old default or the new one; both are whole. Check the disk (`dmesg`),"
            + " then look at `container-snap status`.",
        failure);
    addSuppressed(again);
  }
}
