package io.github.containersnap.cli;

import io.github.containersnap.adapter.RegistryAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How images are fetched, besides {@code --insecure}, for commands that fetch them. */
final class RegistryOptions {
  /** For updates without anybody who is logged in: what podman uses by itself is gone at boot. */
  private static final Path LASTING_AUTH_FILE = Path.of("/etc/container-snap/auth.json");

  /** The variable of podman-login(1). */
  private static final String AUTH_VARIABLE = "REGISTRY_AUTH_FILE";

  @Option(
      names = "--authfile",
      paramLabel = "FILE",
      description =
          "Logins for registries, as `podman login --authfile` writes them. Without it:"
              + " $REGISTRY_AUTH_FILE; else /etc/container-snap/auth.json; else where podman login"
              + " puts them (/run/containers/0/auth.json for root, until the next boot).")
  private Optional<Path> authFile = Optional.empty();

  @Option(
      names = "--signature-policy",
      paramLabel = "FILE",
      description =
          "Which images are accepted (containers-policy.json(5)); without it,"
              + " /etc/containers/policy.json.")
  private Optional<Path> signaturePolicy = Optional.empty();

  RegistryAccess access(boolean verifyTls) {
    return new RegistryAccess(
        verifyTls,
        authFile.map(Path::toAbsolutePath).or(RegistryOptions::lasting),
        signaturePolicy.map(Path::toAbsolutePath));
  }

  private static Optional<Path> lasting() {
    return System.getenv(AUTH_VARIABLE) == null
        ? Optional.of(LASTING_AUTH_FILE).filter(Files::exists)
        : Optional.empty();
  }
}
