package io.github.containersnap.engine.model;

import java.nio.file.Path;

/**
 * Where a deployment keeps what belongs to it and not to its image, inside its own root.
 *
 * <p>{@code etc} is a subvolume of its own, writable though the root is not. The image's /etc,
 * which the next update merges against, and the deployment's record are sealed with the root, so
 * that they cannot be newer or older than it.
 *
 * @param root the deployment's root
 */
public record SealedRoot(Path root) {
  /** The directory, in the root, of all that the engine adds to an image. */
  public static final String OWN_DIRECTORY = "usr/lib/container-snap-deployment";

  /** The deployment's own, writable /etc. */
  public Path etc() {
    return root.resolve("etc");
  }

  /** The directory of all that the engine adds to an image. */
  public Path own() {
    return root.resolve(OWN_DIRECTORY);
  }

  /** The image's /etc, as it came. */
  public Path imageEtc() {
    return own().resolve("etc");
  }

  /** What the deployment is a snapshot of; only snapshots of deployments have it. */
  public Path snapshotRecord() {
    return own().resolve("snapshot.json");
  }

  /** Which subvolume of a host it is; only adopted systems, and snapshots of them, have it. */
  public Path adoptedFrom() {
    return own().resolve("adopted.json");
  }

  /** The deployment's record. */
  public Path record() {
    return own().resolve("deployment.json");
  }
}
