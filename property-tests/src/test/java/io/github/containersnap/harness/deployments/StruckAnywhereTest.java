package io.github.containersnap.harness.deployments;

import org.junit.jupiter.api.Tag;

/** Each operation, struck at every call. */
@Tag("exhaustive")
class StruckAnywhereTest extends StruckOperations {
  StruckAnywhereTest(Laboratory laboratory) {
    super(laboratory, 1);
  }
}
