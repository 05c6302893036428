package io.github.containersnap.image;

import io.github.containersnap.command.ChildEnvironment;
import io.github.containersnap.command.ExternalCommand;
import java.util.Optional;

/**
 * The images of this machine's container storage: of the one that the caller's own podman and
 * buildah use.
 */
final class StoredImages {
  /** Which storage that is, if the caller has chosen another: see storage.conf. */
  static final String STORAGE_VARIABLE = "CONTAINERS_STORAGE_CONF";

  private static final String PODMAN = "podman";

  private StoredImages() {}

  /** Whether names can be looked up; lint needs no podman. */
  static boolean canLookUp() {
    return ChildEnvironment.find(PODMAN).isPresent();
  }

  /** The id of the image that podman finds by {@code name}, which may be short. */
  static Optional<String> idOf(String name) {
    if (!canLookUp()) {
      return Optional.empty();
    }
    return Optional.of(
            ExternalCommand.of(PODMAN, "image", "inspect", "--format", "{{.Id}}", "--", name)
                .passing(STORAGE_VARIABLE)
                .runAnyStatus())
        .filter(found -> found.succeeded())
        .map(found -> found.text())
        .filter(id -> id.matches("[0-9a-f]{64}"));
  }
}
