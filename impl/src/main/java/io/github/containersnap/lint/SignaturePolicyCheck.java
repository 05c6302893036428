package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A signature policy that the image's own skopeo cannot apply. Debian 12 builds skopeo without
 * sigstore, and what cannot be checked is refused: such a host refuses every update.
 */
final class SignaturePolicyCheck implements LintCheck {
  private static final String POLICY = "etc/containers/policy.json";
  private static final Pattern SIGSTORE = Pattern.compile("\"sigstoreSigned\"");
  private static final Pattern DEBIAN = Pattern.compile("(?m)^ID=[\"']?debian[\"']?\\s*$");
  private static final Pattern TOO_OLD =
      Pattern.compile("(?m)^VERSION_ID=[\"']?(?:[1-9]|1[0-2])[\"']?\\s*$");

  @Override
  public List<Finding> findings(InspectedImage image) {
    boolean wanted = image.text(POLICY).filter(text -> SIGSTORE.matcher(text).find()).isPresent();
    if (!wanted || !hasSkopeoWithoutSigstore(image)) {
      return List.of();
    }
    return List.of(
        Finding.error(
            LintRule.SIGNATURE_POLICY,
            "its signature policy wants sigstore signatures, which its skopeo cannot check",
            List.of(POLICY),
            "Debian builds skopeo without sigstore up to version 12, and it refuses what it cannot"
                + " check: a machine that runs the image can never update.",
            "Base the image on Debian 13 or later, or use signedBy with a GPG key in the policy, or"
                + " let container-snap verify cosign's signatures:"
                + " /etc/container-snap/signatures.json."));
  }

  private static boolean hasSkopeoWithoutSigstore(InspectedImage image) {
    return image
        .text("etc/os-release")
        .or(() -> image.text("usr/lib/os-release"))
        .filter(text -> DEBIAN.matcher(text).find() && TOO_OLD.matcher(text).find())
        .isPresent();
  }
}
