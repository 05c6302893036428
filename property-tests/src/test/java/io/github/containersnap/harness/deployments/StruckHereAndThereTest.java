package io.github.containersnap.harness.deployments;

import io.github.containersnap.harness.testkit.TestDisks;

/** Each operation, struck at every third call. */
class StruckHereAndThereTest extends StruckOperations {
  StruckHereAndThereTest(TestDisks disks) {
    super(disks, 3);
  }
}
