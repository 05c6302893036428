package io.github.containersnap.image.registry;

/**
 * Where a repository really is: a mirror of it, or the place that its name leads to.
 *
 * @param host {@code HOST} or {@code HOST:PORT}
 * @param path the repository's name there
 * @param insecure whether a certificate that nobody vouches for is accepted, and no TLS at all
 */
record RegistryEndpoint(String host, String path, boolean insecure) {
  private static final String DOCKER_HUB = "docker.io";

  /** Where requests for it go: the API of Docker Hub has a host of its own. */
  String apiHost() {
    return host.equals(DOCKER_HUB) ? "registry-1.docker.io" : host;
  }

  @Override
  public String toString() {
    return host + "/" + path;
  }
}
