package io.github.containersnap.image.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where repositories really are (containers-registries.conf(5) and registries.conf.d(5)): of the
 * tables {@code [[registry]]} the one with the longest matching prefix counts, its mirrors first.
 * Short names, and blocked registries, are podman's own affair, which fetches the image itself.
 */
final class RegistriesConf {
  private static final int LARGEST_FILE = 1 << 20;
  private static final String LOCATION = "location";
  private static final String INSECURE = "insecure";

  /** The tables by their prefixes; a later file replaces the table of an earlier one. */
  private final Map<String, JsonNode> tables = new LinkedHashMap<>();

  private RegistriesConf() {}

  /**
   * Reads what podman would read of the caller's.
   *
   * @throws IOException with the file and the reason, if one cannot be read
   */
  static RegistriesConf ofThisMachine() throws IOException {
    Optional<Path> chosen = variable("CONTAINERS_REGISTRIES_CONF");
    Path system = Path.of("/etc/containers");
    Optional<Path> home = variable("HOME").map(it -> it.resolve(".config/containers"));
    RegistriesConf conf = new RegistriesConf();
    if (chosen.isPresent()) {
      conf.add(chosen.get());
      return conf;
    }
    Optional<Path> own = home.map(it -> it.resolve("registries.conf")).filter(Files::exists);
    conf.add(own.orElse(system.resolve("registries.conf")));
    conf.addAll(system.resolve("registries.conf.d"));
    if (home.isPresent()) {
      conf.addAll(home.get().resolve("registries.conf.d"));
    }
    return conf;
  }

  /**
   * Reads one file.
   *
   * @throws IOException with the file and the reason, if it cannot be read
   */
  static RegistriesConf of(Path file) throws IOException {
    RegistriesConf conf = new RegistriesConf();
    conf.add(file);
    return conf;
  }

  private static Optional<Path> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(it -> !it.isEmpty()).map(Path::of);
  }

  private void addAll(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.conf")) {
      found.forEach(files::add);
    }
    files.sort(null);
    for (Path file : files) {
      add(file);
    }
  }

  private void add(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_FILE) {
      throw new IOException("%s is not a file of at most %,d bytes".formatted(file, LARGEST_FILE));
    }
    try {
      for (JsonNode table : new TomlMapper().readTree(Files.readAllBytes(file)).path("registry")) {
        String prefix = table.path("prefix").asText(table.path(LOCATION).asText());
        tables.put(prefix, table);
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is not TOML (line %d)"
              .formatted(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    }
  }

  /**
   * Where to ask for what belongs to an image that is named by its digest, in this order.
   *
   * @param insecure whether every place is taken for insecure
   */
  List<RegistryEndpoint> endpoints(RepositoryName repository, boolean insecure) {
    Optional<Map.Entry<String, JsonNode>> chosen =
        tables.entrySet().stream()
            .filter(it -> matches(it.getKey(), repository))
            .max(Comparator.comparingInt(it -> it.getKey().length()));
    if (chosen.isEmpty()) {
      return List.of(new RegistryEndpoint(repository.registry(), repository.path(), insecure));
    }
    String prefix = chosen.get().getKey();
    JsonNode table = chosen.get().getValue();
    List<RegistryEndpoint> endpoints = new ArrayList<>();
    for (JsonNode mirror : table.path("mirror")) {
      if (!mirror.path("pull-from-mirror").asText().equals("tag-only")) {
        endpoints.add(endpoint(prefix, mirror, repository, insecure));
      }
    }
    endpoints.add(endpoint(prefix, table, repository, insecure));
    return List.copyOf(endpoints);
  }

  private static boolean matches(String prefix, RepositoryName repository) {
    if (prefix.startsWith("*.")) {
      return repository.registry().endsWith(prefix.substring(1));
    }
    return repository.isBelow(prefix);
  }

  private static RegistryEndpoint endpoint(
      String prefix, JsonNode place, RepositoryName repository, boolean insecure) {
    boolean accepted = insecure || place.path(INSECURE).asBoolean();
    String location = place.path(LOCATION).asText();
    if (location.isEmpty() || prefix.startsWith("*.")) {
      return new RegistryEndpoint(repository.registry(), repository.path(), accepted);
    }
    String whole = location + repository.toString().substring(prefix.length());
    int slash = whole.indexOf('/');
    return slash < 0
        ? new RegistryEndpoint(whole, repository.path(), accepted)
        : new RegistryEndpoint(whole.substring(0, slash), whole.substring(slash + 1), accepted);
  }
}
