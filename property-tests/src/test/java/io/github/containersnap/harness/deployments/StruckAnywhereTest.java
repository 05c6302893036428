package io.github.containersnap.harness.deployments;

import io.github.containersnap.harness.testkit.TestDisks;
import org.junit.jupiter.api.Tag;

/** Each operation, struck at every call. */
@Tag("exhaustive")
class StruckAnywhereTest extends StruckOperations {
  StruckAnywhereTest(TestDisks disks) {
    super(disks, 1);
  }
}
