package io.github.containersnap.engine.bootable;

import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.UpdateException;
import java.util.ArrayList;
import java.util.List;

/** An image that could not boot, or that would need the machine's own files to be overwritten. */
public final class UnbootableImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> problems;

  /** An image with these problems, each a sentence part such as "it has no kernel". */
  public UnbootableImageException(ImageId image, List<String> problems) {
    super(
        "Image %s cannot boot: %s.".formatted(image.shortForm(), String.join("; ", problems)),
        "Build the image with kernel, initrd and modules of one version, an init and an os-release."
            + " The running system is unchanged.");
    this.problems = new ArrayList<>(problems);
  }

  /** The problems, each a sentence part. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
