package io.github.containersnap.harness.deployments;

/** Each operation, struck at every third call. */
class StruckHereAndThereTest extends StruckOperations {
  StruckHereAndThereTest(Laboratory laboratory) {
    super(laboratory, 3);
  }
}
