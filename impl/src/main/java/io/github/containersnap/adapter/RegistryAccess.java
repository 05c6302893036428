package io.github.containersnap.adapter;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How images are asked for and which are believed.
 *
 * @param verifyTls whether registries must have a valid certificate
 * @param authFile the file with names and passwords for registries (containers-auth.json(5)); empty
 *     for those that podman and skopeo look for themselves
 * @param signaturePolicy which images are accepted (containers-policy.json(5)); empty for the
 *     system's
 */
public record RegistryAccess(
    boolean verifyTls, Optional<Path> authFile, Optional<Path> signaturePolicy) {

  /** What the system is set up for, with valid certificates. */
  public static final RegistryAccess USUAL =
      new RegistryAccess(true, Optional.empty(), Optional.empty());
}
