package io.github.containersnap.engine.model;

/** The steps of the update transaction (DESIGN §5), in order. */
public enum UpdateStep {
  RECOVER(1, "recovering what was interrupted"),
  RESOLVE(2, "resolving the image"),
  PULL(3, "pulling the image"),
  PROVE(4, "proving the image against its digest"),
  CHECK(5, "checking that it can boot"),
  DRAFT(6, "making the deployment and its /etc"),
  SEAL(7, "sealing the deployment"),
  COMMIT(8, "making it the default"),
  SETTLE(9, "clearing up");

  private final int number;
  private final String description;

  UpdateStep(int number, String description) {
    this.number = number;
    this.description = description;
  }

  /** The step's number. */
  public int number() {
    return number;
  }

  /** What the step does, as a person would say it. */
  public String description() {
    return description;
  }
}
