package io.github.containersnap.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The environment of the programs that this process starts: a list of variables that may pass, not
 * the caller's environment. {@code CONTAINER_HOST}, say, turns each podman into a client of another
 * machine's containers, and what container-snap then prunes is not its own.
 */
public final class ChildEnvironment {
  /** Where programs are looked for, whatever the caller's PATH: as systemd has it. */
  public static final String SEARCH_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** One language for the messages that are read, and UTF-8 for the names of files. */
  private static final String LOCALE = "C.UTF-8";

  /** What says how registries are reached and whom they know, and what a terminal can show. */
  private static final Set<String> PASSED =
      Set.of(
          "HOME",
          "XDG_RUNTIME_DIR",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "TERM",
          // By this one the harness finds what a killed run of its own has left running.
          "CONTAINER_SNAP_PROCESS");

  /** As {@link #PASSED}; each names a file or a directory, perhaps from the working directory. */
  private static final Set<String> PASSED_PATHS =
      Set.of("REGISTRY_AUTH_FILE", "CONTAINERS_REGISTRIES_CONF", "SSL_CERT_FILE", "SSL_CERT_DIR");

  private ChildEnvironment() {}

  /** That of this process's children. */
  public static Map<String, String> get() {
    return from(System.getenv(), Path.of(""));
  }

  /**
   * What passes of {@code callers}.
   *
   * @param directory the working directory, from which paths are made absolute: some programs start
   *     in another
   */
  static Map<String, String> from(Map<String, String> callers, Path directory) {
    Map<String, String> environment = new TreeMap<>();
    callers.forEach(
        (name, value) -> {
          if (PASSED.contains(name)) {
            environment.put(name, value);
          } else if (PASSED_PATHS.contains(name)) {
            environment.put(name, absolute(value, directory));
          }
        });
    environment.put("PATH", SEARCH_PATH);
    environment.put("LC_ALL", LOCALE);
    return environment;
  }

  /** An empty value means "none" to those programs; SSL_CERT_DIR may be a list. */
  private static String absolute(String value, Path directory) {
    return value.isEmpty() || value.contains(File.pathSeparator)
        ? value
        : directory.resolve(value).toAbsolutePath().toString();
  }

  /** Where the program of that name is; a name with a slash in it is a path already. */
  public static Optional<Path> find(String program) {
    if (program.contains("/")) {
      return Optional.of(Path.of(program));
    }
    return Stream.of(SEARCH_PATH.split(File.pathSeparator, -1))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
