package io.github.containersnap.image.signature;

import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;

/** The file that says which signatures are required cannot be followed, so no image is accepted. */
public final class UnusableKeyPolicyException extends UpdateException {
  private static final long serialVersionUID = 1L;

  /**
   * A policy is unusable.
   *
   * @param file the policy, or a key that it names
   * @param why the end of the sentence, without its full stop
   */
  UnusableKeyPolicyException(Path file, String why) {
    super(
        "%s cannot be used: %s.".formatted(file, why),
        "Correct it; until then no image is accepted. The administrator's guide shows its form."
            + " Nothing was changed.");
  }
}
