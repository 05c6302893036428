package io.github.containersnap.properties;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * A machine as its judge sees it. Every method may look when it is called, so a property asks cheap
 * questions first. Ids are those of deployments, as text; paths start at the top level.
 */
public interface SystemView {
  /** Why the kernel does not mount the filesystem, or nothing if it does. */
  Optional<String> obstacle();

  /** What boots, by the disk as {@code reader} reads it. */
  BootPlan boot(Reader reader);

  /** The ids of all deployments. */
  SortedSet<String> deployments();

  /** The root of a deployment without its /etc, or nothing if there is no such deployment. */
  Optional<Tree> sealed(String id);

  /** The own /etc of a deployment, or nothing if there is no such deployment. */
  Optional<Tree> etc(String id);

  /** Whether the root of a deployment is read-only. */
  boolean isReadOnly(String id);

  /**
   * Shared data by subvolume: {@code @var} without container-snap's own, {@code @home} and so on.
   */
  SortedMap<String, Tree> data();

  /** The ids of pinned deployments. */
  SortedSet<String> pins();

  /** What lies where nothing may lie. */
  SortedSet<String> strays();
}
