package io.github.containersnap.harness.property;

import java.util.Locale;

/** Which of the two systems a machine boots. */
public enum Side {
  OLD,
  NEW;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
