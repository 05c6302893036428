package io.github.containersnap.harness.view;

/** A kernel or an initrd as the boot loader reads it. */
public sealed interface BootFile {
  /**
   * The boot loader reads it whole.
   *
   * @param sha256 of its content, in lower-case hexadecimal digits
   */
  record Content(String sha256) implements BootFile {}

  /**
   * The boot loader cannot read it.
   *
   * @param failed what it cannot do, as a verb: find, read
   */
  record Unreadable(String failed) implements BootFile {}
}
