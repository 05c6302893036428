package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the image wants SELinux enforced. podman's store keeps no {@code security.selinux}, so
 * that no file of a deployment has a label, and a read-only root cannot be relabelled at boot.
 */
final class SelinuxCheck implements LintCheck {
  private static final String CONFIG = "etc/selinux/config";
  private static final Pattern ENFORCING =
      Pattern.compile("(?m)^[ \t]*SELINUX[ \t]*=[ \t]*enforcing\\b");
  private static final List<String> ARGUMENTS =
      List.of("etc/kernel/cmdline", "usr/lib/kernel/cmdline");
  private static final Pattern OFF = Pattern.compile("(?:^|\\s)(?:selinux|enforcing)=0(?:\\s|$)");

  @Override
  public List<Finding> findings(InspectedImage image) {
    if (image.text(CONFIG).filter(text -> ENFORCING.matcher(text).find()).isEmpty()
        || isSwitchedOff(image)) {
      return List.of();
    }
    return List.of(
        Finding.error(
            LintRule.SELINUX_LABELS,
            "it enforces SELinux, and no file of a deployment has a label",
            List.of(CONFIG),
            "podman's store drops the labels of the layers, and the root is read-only, so that"
                + " nothing can relabel it: init itself may be denied, and the boot fails.",
            "Set SELINUX=permissive or disabled, or add enforcing=0 to /etc/kernel/cmdline."));
  }

  private static boolean isSwitchedOff(InspectedImage image) {
    return ARGUMENTS.stream()
        .map(image::text)
        .flatMap(Optional::stream)
        .anyMatch(text -> OFF.matcher(text).find());
  }
}
