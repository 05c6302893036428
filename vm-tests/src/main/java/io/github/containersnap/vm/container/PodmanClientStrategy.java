package io.github.containersnap.vm.container;

import java.net.URI;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Leads Testcontainers to the engine of this process. Found by the service loader; it goes before
 * every other, so that no engine of the machine's owner is ever used for machines under test.
 */
public final class PodmanClientStrategy extends DockerClientProviderStrategy {
  private static final int BEFORE_ALL_OTHERS = 1_000;

  /** For the service loader. */
  public PodmanClientStrategy() {}

  @Override
  public String getDescription() {
    return "the podman that container-snap's harness has started";
  }

  @Override
  protected boolean isApplicable() {
    return ContainerEngine.socketOfThisProcess().isPresent();
  }

  @Override
  protected boolean isPersistable() {
    return false;
  }

  @Override
  protected int getPriority() {
    return BEFORE_ALL_OTHERS;
  }

  @Override
  public TransportConfig getTransportConfig() {
    return TransportConfig.builder()
        .dockerHost(URI.create("unix://" + ContainerEngine.socketOfThisProcess().orElseThrow()))
        .build();
  }
}
