package io.github.containersnap.harness.property;

/** What happens to a machine while it is updated, and the property that must hold nevertheless. */
public enum FaultKind {
  POWER_CUT("a power cut", "state", Property.P1),
  POWER_CUT_BY_DEFAULT("a power cut, booting the default subvolume", "state", Property.P2),
  FULL_DISK("a disk that fills up", "try", Property.P7),
  BROKEN_PULL("a broken pull", "try", Property.P8),
  IO_ERROR("an I/O error", "try", Property.P9),
  KILL("kill -9", "try", Property.P12),
  TWO_AT_ONCE("two at once", "try", Property.P12),
  DELETED_SNAPSHOT("a deleted snapshot", "try", Property.P1),
  HISTORY("a random history of the simulated machine", "history", Property.P5);

  private final String inWords;
  private final String unit;
  private final Property property;

  FaultKind(String inWords, String unit, Property property) {
    this.inWords = inWords;
    this.unit = unit;
    this.property = property;
  }

  /** What happens, in a few words. */
  public String inWords() {
    return inWords;
  }

  /** What the places at which it may happen are counted in; a regular noun. */
  public String unit() {
    return unit;
  }

  /** What must hold; under power cuts others must too, and the oracle says which. */
  public Property property() {
    return property;
  }
}
