package io.github.containersnap.lint.model;

/** How bad a finding is. */
public enum Severity {
  /** The image cannot be deployed, or does harm on machines. */
  ERROR("error"),
  /** It works, but perhaps not as its builder thinks. */
  WARNING("warning");

  private final String word;

  Severity(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
