package io.github.containersnap.faults;

import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives all test classes the same bench, which is closed after the last. */
final class SharedBench implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == FaultBench.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(FaultBench.class, key -> made(), FaultBench.class);
  }

  private static FaultBench made() {
    try {
      return new FaultBench(
          Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests")));
    } catch (IOException e) {
      throw new IllegalStateException("the bench cannot be made", e);
    }
  }
}
