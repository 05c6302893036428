package io.github.containersnap.harness.view;

/** What may be done to a subvolume. */
public enum Access {
  READ_ONLY("read-only"),
  WRITABLE("writable"),
  NOT_A_SUBVOLUME("not a subvolume");

  private final String inWords;

  Access(String inWords) {
    this.inWords = inWords;
  }

  /** What it is called in messages. */
  public String inWords() {
    return inWords;
  }
}
