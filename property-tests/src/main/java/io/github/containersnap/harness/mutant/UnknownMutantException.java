package io.github.containersnap.harness.mutant;

/** No mutant has that name. */
public final class UnknownMutantException extends IllegalArgumentException {
  private final String name;

  UnknownMutantException(String name) {
    super(
        "There is no mutant '%s'; `ci/gate mutants --list` names those there are.".formatted(name));
    this.name = name;
  }

  /** The name. */
  public String name() {
    return name;
  }
}
