package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Timers and services that want to update packages, which a read-only root does not let them. */
final class PackageTimersCheck implements LintCheck {
  private static final Pattern WANTED =
      Pattern.compile("(?:etc|usr/lib|lib)/systemd/system/[^/]+[.](?:wants|requires)/([^/]+)");
  private static final Set<String> UNITS =
      Set.of(
          "apt-daily.timer",
          "apt-daily-upgrade.timer",
          "unattended-upgrades.service",
          "dnf-automatic.timer",
          "dnf-automatic-install.timer",
          "dnf-makecache.timer",
          "dnf5-automatic.timer",
          "packagekit-offline-update.service",
          "transactional-update.timer");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<String> found =
        image.paths(
            (path, entry) -> {
              var wanted = WANTED.matcher(path);
              return wanted.matches()
                  && UNITS.contains(wanted.group(1))
                  && !isMasked(image, wanted.group(1));
            });
    return found.isEmpty()
        ? List.of()
        : List.of(
            Finding.warning(
                LintRule.PACKAGE_TIMER,
                "units that update packages are enabled",
                found,
                "A package manager cannot change a deployment: they fail each day, or fill /var"
                    + " with packages that nobody installs. Updates come as images.",
                "Mask them in the image: RUN systemctl mask "
                    + String.join(
                        " ",
                        found.stream()
                            .map(path -> path.substring(path.lastIndexOf('/') + 1))
                            .distinct()
                            .toList())));
  }

  private static boolean isMasked(InspectedImage image, String unit) {
    return image
        .tree()
        .get("etc/systemd/system/" + unit)
        .filter(entry -> entry.kind() == FileKind.SYMLINK && entry.linkTarget().equals("/dev/null"))
        .isPresent();
  }
}
