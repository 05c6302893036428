package io.github.containersnap.harness.grub;

import java.util.Optional;

/**
 * The filesystems of a machine as GRUB sees them: btrfs without its log tree replayed. Devices are
 * GRUB's names, such as {@code hd0,gpt2}; paths begin with a slash, at the top level.
 */
public interface GrubDisk {
  /** The device whose filesystem has this UUID. */
  Optional<String> deviceByUuid(String uuid);

  /** The device whose filesystem has this label. */
  Optional<String> deviceByLabel(String label);

  /** A whole file; empty if GRUB cannot read it. */
  Optional<byte[]> read(String device, String path);

  /** Whether GRUB can load this file as a kernel: it looks at the header. */
  boolean isKernel(String device, String path);

  /** Whether GRUB can read this file; any will do as an initrd. */
  boolean exists(String device, String path);

  /**
   * Overwrites a file in place.
   *
   * @param content as long as the file is
   * @return whether it was written
   */
  boolean overwrite(String device, String path, byte[] content);
}
