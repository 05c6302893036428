package io.github.containersnap.harness.view;

import java.util.Optional;
import java.util.SortedSet;

/**
 * A machine as its judge sees it. Every method may look when it is called, so a property asks cheap
 * questions first. What a world cannot see, its adapter says ({@link Seen.Hidden}). Ids are those
 * of deployments, as text; paths start at the top level, without a leading slash.
 */
public interface SystemView {
  /** Why the kernel does not mount the filesystem, or nothing if it does. */
  Optional<String> obstacle();

  /** What the filesystem's own check finds damaged, or nothing if it is sound. */
  Seen<Optional<String>> damage();

  /** What boots, by the disk as {@code reader} reads it. */
  Seen<BootPlan> boot(Reader reader);

  /** What the engine of the running system reads in the boot menu, in words. */
  Seen<String> menu();

  /** Why what starts does not come up to the end of its boot; nothing if it does. */
  Seen<Optional<String>> startFailure();

  /** A kernel or an initrd, as the boot loader reads it. */
  Seen<BootFile> bootFile(String path);

  /** The ids of all deployments. */
  Seen<SortedSet<String>> deployments();

  /** The root of a deployment that is there, without its /etc and its record. */
  Seen<Tree> sealed(String id);

  /** The own /etc of a deployment that is there. */
  Seen<Tree> etc(String id);

  /** What a deployment says that it was made from; nothing if it does not say so readably. */
  Seen<Optional<Origin>> origin(String id);

  /** What may be done to the subvolume at a path. */
  Seen<Access> access(String path);

  /** What a shared subvolume holds, {@code @var} without container-snap's own; nothing if none. */
  Seen<Optional<Tree>> data(String subvolume);

  /** The ids of pinned deployments. */
  Seen<SortedSet<String>> pins();

  /** What lies where nothing may lie. */
  Seen<SortedSet<String>> strays();

  /** Whether space is reserved for what must work on a full disk. */
  Seen<Boolean> reserve();

  /** What is left outside the filesystem: mounts below its top level, files of runs. */
  Seen<SortedSet<String>> leftOutside();
}
