package io.github.containersnap.harness.property;

import java.util.Locale;
import java.util.Optional;

/** What a machine boots, and if it is neither of the two systems, how far it is from them. */
public enum Grade {
  /** Every file is the old system's. */
  OLD,
  /** Every file is the new system's. */
  NEW,
  /**
   * Each file is wholly the old system's or wholly the new one's, but they are not all of one side;
   * or there are files besides that neither system has.
   */
  MIXED,
  /** At least one file is neither the old system's nor the new one's, or cannot be read. */
  TORN,
  /** There is no filesystem, no root, no kernel or no init to start. */
  UNBOOTABLE;

  /** The system that it is, if it is one of the two. */
  public Optional<Side> side() {
    return switch (this) {
      case OLD -> Optional.of(Side.OLD);
      case NEW -> Optional.of(Side.NEW);
      case MIXED, TORN, UNBOOTABLE -> Optional.empty();
    };
  }

  /** Its name in files and on the screen. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
