package io.github.containersnap.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How images are asked for and which are believed.
 *
 * @param verifyTls whether registries must have a valid certificate
 * @param authFile the file with names and passwords for registries (containers-auth.json(5)); empty
 *     for those that podman and skopeo look for themselves
 * @param signaturePolicy which images are accepted (containers-policy.json(5)); empty for the
 *     system's
 * @param patience how long a registry may send nothing before it is given up
 * @param requiredSignatures the file that says which keys must have signed which images; empty if
 *     no signature is required
 */
public record RegistryAccess(
    boolean verifyTls,
    Optional<Path> authFile,
    Optional<Path> signaturePolicy,
    Duration patience,
    Optional<Path> requiredSignatures) {

  /** Longer than any registry at work is silent, shorter than anybody wants to wait. */
  public static final Duration USUAL_PATIENCE = Duration.ofMinutes(2);

  /** What the system is set up for, with valid certificates. */
  public static final RegistryAccess USUAL =
      new RegistryAccess(true, Optional.empty(), Optional.empty(), USUAL_PATIENCE);

  /** Access that requires no signatures. */
  public RegistryAccess(
      boolean verifyTls,
      Optional<Path> authFile,
      Optional<Path> signaturePolicy,
      Duration patience) {
    this(verifyTls, authFile, signaturePolicy, patience, Optional.empty());
  }

  /** The same, with the signatures that {@code file} requires. */
  public RegistryAccess requiring(Path file) {
    return new RegistryAccess(verifyTls, authFile, signaturePolicy, patience, Optional.of(file));
  }

  /** The same, with {@code policy} if none was chosen. */
  public RegistryAccess orPolicy(Path policy) {
    return new RegistryAccess(
        verifyTls,
        authFile,
        Optional.of(signaturePolicy.orElse(policy)),
        patience,
        requiredSignatures);
  }
}
