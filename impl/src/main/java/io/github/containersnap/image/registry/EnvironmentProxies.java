package io.github.containersnap.image.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that podman takes from the environment: {@code HTTPS_PROXY}, {@code HTTP_PROXY},
 * {@code NO_PROXY}, or the same in lower case. A name and a password in them are left aside.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);
  private static final int USUAL_PORT = 80;

  private final Map<String, String> variables;

  EnvironmentProxies(Map<String, String> variables) {
    super();
    this.variables = Map.copyOf(variables);
  }

  /** Those of the caller's environment. */
  static EnvironmentProxies ofCaller() {
    Map<String, String> set = new HashMap<>();
    for (String name : List.of("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")) {
      Stream.of(name, name.toLowerCase(Locale.ROOT))
          .map(System::getenv)
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(value -> set.put(name, value));
    }
    return new EnvironmentProxies(set);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = Optional.ofNullable(uri.getHost()).orElse("");
    if (isExempt(host)) {
      return DIRECT;
    }
    String name = uri.getScheme().equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY";
    return address(variables.getOrDefault(name, ""))
        .map(address -> List.of(new Proxy(Proxy.Type.HTTP, address)))
        .orElse(DIRECT);
  }

  /** As Go has it: this machine itself is never reached through a proxy. */
  private boolean isExempt(String host) {
    return host.equals("localhost")
        || host.startsWith("127.")
        || Stream.of(variables.getOrDefault("NO_PROXY", "").split(",", -1))
            .map(String::strip)
            .filter(it -> !it.isEmpty())
            .map(it -> it.replaceFirst(":\\d+$", "").replaceFirst("^\\*?\\.", ""))
            .anyMatch(it -> it.equals("*") || host.equals(it) || host.endsWith("." + it));
  }

  private static Optional<InetSocketAddress> address(String proxy) {
    if (proxy.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      return Optional.ofNullable(uri.getHost())
          .map(
              host ->
                  InetSocketAddress.createUnresolved(
                      host, uri.getPort() < 0 ? USUAL_PORT : uri.getPort()));
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request fails with it.
  }
}
