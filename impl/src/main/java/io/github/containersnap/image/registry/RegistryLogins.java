package io.github.containersnap.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names and passwords for registries (containers-auth.json(5)). Credential helpers are not asked:
 * such a registry is asked without a login.
 *
 * @param files where to look, in this order
 */
record RegistryLogins(List<Path> files) {
  private static final int LARGEST_FILE = 1 << 20;
  private static final String FILE = "containers/auth.json";

  RegistryLogins {
    files = List.copyOf(files);
  }

  /** Those of {@code chosen}, or else those that podman would look for itself. */
  static RegistryLogins of(Optional<Path> chosen) {
    Optional<Path> named = chosen.or(() -> variable("REGISTRY_AUTH_FILE"));
    if (named.isPresent()) {
      return new RegistryLogins(List.of(named.get()));
    }
    List<Path> files = new ArrayList<>();
    files.add(
        variable("XDG_RUNTIME_DIR")
            .map(it -> it.resolve(FILE))
            .orElse(Path.of("/run/containers/0/auth.json")));
    variable("HOME")
        .ifPresent(
            home -> {
              files.add(home.resolve(".config").resolve(FILE));
              files.add(home.resolve(".docker/config.json"));
            });
    return new RegistryLogins(files);
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(it -> !it.isEmpty()).map(Path::of);
  }

  /**
   * {@code USER:PASSWORD} in base64, for the most specific name that has a login.
   *
   * @throws IOException with the file and the reason, if one cannot be read
   */
  Optional<String> find(RegistryEndpoint endpoint) throws IOException {
    for (Path file : files) {
      Optional<String> found = find(file, endpoint);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> find(Path file, RegistryEndpoint endpoint) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
      throw new IOException("%s is not a file of at most %,d bytes".formatted(file, LARGEST_FILE));
    }
    try {
      JsonNode logins = Json.tree(file).path("auths");
      return names(endpoint).stream()
          .map(name -> logins.path(name).path("auth").asText())
          .filter(login -> login.matches("[A-Za-z0-9+/=]+"))
          .findFirst();
    } catch (UnreadableJsonException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The names under which a login may be kept, the most specific first. */
  private static List<String> names(RegistryEndpoint endpoint) {
    List<String> names = new ArrayList<>();
    for (String name = endpoint.toString();
        name.contains("/");
        name = name.substring(0, name.lastIndexOf('/'))) {
      names.add(name);
    }
    names.add(endpoint.host());
    names.add("https://" + endpoint.host());
    if (endpoint.host().equals("docker.io")) {
      names.add("https://index.docker.io/v1/");
    }
    return names;
  }
}
