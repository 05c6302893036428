package io.github.containersnap.adapter;

import io.github.containersnap.engine.UpdateException;

/** The running system's root is not on btrfs, so it has no deployments. */
public final class NotOnBtrfsException extends UpdateException {
  private static final long serialVersionUID = 1L;

  NotOnBtrfsException() {
    super(
        "The running system's root is not on btrfs.",
        "Name the mounted top level of a system that is not running with --root DIR.");
  }
}
