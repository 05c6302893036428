package io.github.containersnap.cli.option;

import io.github.containersnap.image.RegistryAccess;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How images are fetched, besides {@code --insecure}, for commands that fetch them. */
public final class RegistryOptions {
  /** For updates without anybody who is logged in: what podman uses by itself is gone at boot. */
  private static final Path LASTING_AUTH_FILE = Path.of("/etc/container-snap/auth.json");

  /** Which keys must have signed which images, if nothing else is asked for. */
  private static final Path SIGNATURES = Path.of("/etc/container-snap/signatures.json");

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

  @Option(
      names = "--required-signatures",
      paramLabel = "FILE",
      description =
          "Which keys must have signed which images with cosign; without it,"
              + " /etc/container-snap/signatures.json, if there is one.")
  private Optional<Path> requiredSignatures = Optional.empty();

  @Option(
      names = "--stall-timeout",
      paramLabel = "SECONDS",
      description =
          "Give up a registry that sends next to nothing (less than 64 bytes a second) for so long;"
              + " without it, 120 seconds. A slow one is waited for.")
  private Optional<Integer> stallTimeout = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** For picocli, which sets the options. */
  @SuppressWarnings("NullAway.Init")
  public // picocli injects the command
  RegistryOptions() {}

  /** How registries are reached, as the options say. */
  public RegistryAccess access(boolean verifyTls) {
    return new RegistryAccess(
        verifyTls,
        authFile.map(Path::toAbsolutePath).or(RegistryOptions::lasting),
        signaturePolicy.map(Path::toAbsolutePath),
        stallTimeout.map(this::patience).orElse(RegistryAccess.USUAL_PATIENCE),
        requiredSignatures.map(Path::toAbsolutePath));
  }

  /** As {@link #access}, with the signatures that this host requires if the options name none. */
  public RegistryAccess hostAccess(boolean verifyTls) {
    RegistryAccess access = access(verifyTls);
    return access.requiredSignatures().isPresent()
        ? access
        : hostsSignatures().map(access::requiring).orElse(access);
  }

  private Duration patience(int seconds) {
    if (seconds < 1) {
      throw new ParameterException(
          command.commandLine(), "--stall-timeout wants a whole number of seconds, 1 or more.");
    }
    return Duration.ofSeconds(seconds);
  }

  /** A link that leads nowhere is a policy too: one that cannot be read, so nothing is accepted. */
  private static Optional<Path> hostsSignatures() {
    return Optional.of(SIGNATURES).filter(it -> Files.exists(it, LinkOption.NOFOLLOW_LINKS));
  }

  private static Optional<Path> lasting() {
    return System.getenv(AUTH_VARIABLE) == null
        ? Optional.of(LASTING_AUTH_FILE).filter(Files::exists)
        : Optional.empty();
  }
}
