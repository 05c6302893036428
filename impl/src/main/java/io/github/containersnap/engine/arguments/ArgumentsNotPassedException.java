package io.github.containersnap.engine.arguments;

import io.github.containersnap.engine.model.UpdateException;

/** The machine's boot loader tells a kernel no arguments of ours. Nothing has changed. */
public final class ArgumentsNotPassedException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /** A boot loader that follows the default subvolume. */
  public ArgumentsNotPassedException() {
    super(
        "The boot loader of this machine takes the kernel arguments from the grub.cfg in the"
            + " deployment, not from container-snap.",
        "Build them into the image, or use the tools that write its grub.cfg.");
  }
}
