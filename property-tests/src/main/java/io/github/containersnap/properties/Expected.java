package io.github.containersnap.properties;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What must be so, written by the harness from images, design and what it did to the machine; never
 * read from a run of the engine.
 *
 * @param deployments all deployments that may exist, by id
 * @param required those of them that must exist
 * @param defaultId the one that boots next
 * @param fallbackId the one that boots if the default does not come up
 * @param rootUuid the UUID of the system's filesystem
 * @param arguments kernel arguments that each entry must have
 * @param pins the pinned deployments
 * @param data shared data by subvolume
 * @param reported whether a command has reported that this is so
 */
public record Expected(
    Map<String, Deployment> deployments,
    Set<String> required,
    String defaultId,
    Optional<String> fallbackId,
    String rootUuid,
    Set<String> arguments,
    Set<String> pins,
    Map<String, Tree> data,
    boolean reported) {
  public Expected {
    deployments = Map.copyOf(deployments);
    required = Set.copyOf(required);
    arguments = Set.copyOf(arguments);
    pins = Set.copyOf(pins);
    data = Map.copyOf(data);
  }

  /** What the boot menu must do, as far as it follows from this. */
  ExpectedBoot boot() {
    ExpectedBoot.Told told = new ExpectedBoot.Told(arguments, Set.of());
    return new ExpectedBoot(
        rootUuid,
        deployments.values().stream()
            .collect(Collectors.toMap(Deployment::subvolume, _ -> told, (one, _) -> one)),
        List.of());
  }

  /**
   * One deployment.
   *
   * @param subvolume its root from the top level
   * @param sealed its root without /etc, from the layers of its image
   * @param etc its own /etc
   * @param readOnly whether its root is read-only
   */
  public record Deployment(String subvolume, Tree sealed, Tree etc, boolean readOnly) {}
}
