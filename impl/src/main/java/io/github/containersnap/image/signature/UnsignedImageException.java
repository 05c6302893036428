package io.github.containersnap.image.signature;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;
import java.util.List;

/** An image that the machine's policy does not accept: a required signature is missing. */
public final class UnsignedImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private UnsignedImageException(String message, String advice) {
    super(message, advice + " Nothing was pulled or changed.");
  }

  /**
   * Signatures were looked for, and too few are good.
   *
   * @param required what was required, a clause
   * @param looked where was looked, and what was found: lines
   */
  static UnsignedImageException tooFew(
      ImageReference reference, Path policy, String required, List<String> looked) {
    return new UnsignedImageException(
        "The image %s is not signed as %s requires: by %s.%n  %s"
            .formatted(
                reference, policy, required, String.join(System.lineSeparator() + "  ", looked)),
        "Sign it with one of the keys (`cosign sign --key`), or change the policy.");
  }

  /** The policy accepts nothing from that place. */
  static UnsignedImageException refused(ImageReference reference, Path policy, String why) {
    return new UnsignedImageException(
        "The image %s is refused by %s: %s.".formatted(reference, policy, why),
        "Name it in the policy with its keys, or with \"accept\" if it needs no signature.");
  }

  /** An image that lies on this machine has no signature that could be verified. */
  static UnsignedImageException unverifiable(
      ImageReference reference, Path policy, String transport) {
    return new UnsignedImageException(
        ("The image %s is refused by %s: signatures are verified of images in registries, and none"
                + " can be of one in %s:.")
            .formatted(reference, policy, transport),
        "Take it from a registry, or accept the transport in the policy: \"transports\": {\"%s\":"
                .formatted(transport)
            + " \"accept\"}.");
  }

  /** What the signatures are of, and what podman would use, are not the same. */
  public static UnsignedImageException another(
      ImageReference reference, String signed, String resolved) {
    return new UnsignedImageException(
        "The image %s is not the one that was verified: its configuration is %s, and the signed one"
                .formatted(reference, resolved)
            + " is %s.".formatted(signed),
        "Update again; if it stays so, distrust the registry.");
  }
}
