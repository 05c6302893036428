package io.github.containersnap.harness.fault;

import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Path;

/** Gives all test classes the same bench, which is closed after the last. */
final class SharedBench extends SharedParameter<FaultBench> {
  SharedBench() {
    super(
        FaultBench.class,
        _ ->
            new FaultBench(
                Workspace.open(
                    Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"))));
  }
}
