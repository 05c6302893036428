package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeEntry;

/**
 * One step from the new image's /etc to the merged one. What no action names stays as the image has
 * it. Paths are those of a {@link io.github.containersnap.tree.TreeManifest}.
 */
public sealed interface EtcAction {
  /** The path below /etc that is changed. */
  String path();

  /** Whose file is copied. */
  enum Side {
    /** The machine's. */
    LOCAL,
    /** The new image's. */
    OFFERED
  }

  /** Removes what is at the path, with all below it. */
  record Remove(String path) implements EtcAction {}

  /** Makes a directory where nothing is, with the attributes of {@code wanted}. */
  record MakeDirectory(String path, TreeEntry wanted) implements EtcAction {}

  /** Copies a file, link or special file with its attributes to where nothing is. */
  record Copy(String path, Side side) implements EtcAction {}

  /** Gives the file at {@code existing}, placed before, a further name where nothing is. */
  record HardLink(String path, String existing) implements EtcAction {}

  /** Writes an account file with merged entries to where nothing is. */
  record WriteAccounts(String path, AccountText text, TreeEntry wanted) implements EtcAction {}

  /** Sets mode, owner and extended attributes to those of {@code wanted}. */
  record SetAttributes(String path, TreeEntry wanted) implements EtcAction {}
}
