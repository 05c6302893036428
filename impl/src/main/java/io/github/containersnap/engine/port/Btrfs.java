package io.github.containersnap.engine.port;

import io.github.containersnap.engine.model.Bytes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The system's btrfs. Nothing is durable before {@link #commit} unless a method says so. Methods
 * fail with an unchecked exception that names the call and the path.
 */
public interface Btrfs {
  /**
   * Makes a writable snapshot. It commits the filesystem and captures the source's unsynced data
   * (DESIGN fact 2).
   *
   * @param target must not exist: the tool would nest the snapshot inside it (DESIGN fact 5)
   */
  void snapshot(Path source, Path target);

  /** Makes an empty subvolume; {@code target} must not exist. */
  void createSubvolume(Path target);

  /**
   * Deletes a subvolume with all that are nested in it, which the kernel does not do by itself. The
   * kernel frees its space little by little, later.
   */
  void deleteSubvolume(Path subvolume);

  /** Whether {@code path} is the root of a subvolume; false where there is nothing. */
  boolean isSubvolume(Path path);

  /** The subvolumes that lie in {@code subvolume}, those within them left out. */
  List<Path> nested(Path subvolume);

  /** When the subvolume was made, to the second. */
  Instant created(Path subvolume);

  /**
   * The transactions that made a subvolume and last changed it. A change counts once it is
   * committed; subvolumes nested in this one count for themselves.
   */
  Generation generation(Path subvolume);

  /** Whether a subvolume is read-only. */
  boolean isReadOnly(Path subvolume);

  /** Makes a subvolume read-only, or writable. */
  void setReadOnly(Path subvolume, boolean readOnly);

  /**
   * The default subvolume of the filesystem, as a path from the top level; "" for the top level
   * itself.
   *
   * @param topLevel where the top level is mounted
   */
  String defaultSubvolume(Path topLevel);

  /** Makes {@code subvolume} the default one: in one step, and not durably (DESIGN fact 2). */
  void setDefault(Path subvolume);

  /**
   * Commits the whole filesystem: afterwards everything written before is durable, for the kernel
   * and for a boot loader that does not replay the log tree (DESIGN fact 3).
   */
  void commit(Path anywhere);

  /**
   * Watches for losses of data until the watch is closed: {@link #commit} then fails for each one
   * since, also where the kernel has told another process of it. The kernel tells of a loss once,
   * so without a watch a command could believe in what another's commit has reported lost.
   */
  default Watch watchLosses(Path anywhere) {
    return () -> {};
  }

  /** A watch, until it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits, for a minute at the most, until the kernel has freed the space of what {@link
   * #deleteSubvolume} deleted.
   */
  void awaitFreed(Path anywhere);

  /**
   * The UUID of the filesystem as its superblock has it: a boot menu finds the filesystem by that,
   * whatever the running kernel calls it.
   */
  String filesystemId(Path anywhere);

  /** How much room there is. */
  Space space(Path anywhere);

  /**
   * Transactions of a subvolume, numbered in the order in which the filesystem commits them.
   *
   * @param creation the one that made it
   * @param latest the last one that changed it; a snapshot of it changes it too
   */
  record Generation(long creation, long latest) {}

  /**
   * Room on a btrfs, which keeps data and metadata apart.
   *
   * @param data free for file contents, at the least
   * @param metadata free for trees, the global reserve left out
   */
  record Space(Bytes data, Bytes metadata) {}
}
