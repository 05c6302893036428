package io.github.containersnap.harness.view;

/** Who reads the disk. */
public enum Reader {
  /** Reads the last commit: boot loaders do not replay the log tree. */
  BOOT_LOADER,
  /** Mounts the filesystem, and replays the log tree. */
  KERNEL
}
