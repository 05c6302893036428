package io.github.containersnap.lint;

import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.ArrayList;
import java.util.List;

/** Mounts in the image's fstab(5) that are the boot menu's or one machine's to decide. */
final class FstabCheck implements LintCheck {
  private static final String FSTAB = "etc/fstab";

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Mount> mounts = mounts(image);
    List<Finding> findings = new ArrayList<>();
    if (mounts.stream().anyMatch(mount -> mount.point().equals("/"))) {
      findings.add(
          Finding.error(
              LintRule.FSTAB,
              "its fstab has an entry for /",
              List.of(FSTAB),
              "The root is another subvolume in each deployment, which the boot menu names. An"
                  + " entry for / is of the machine that built the image: its options are laid over"
                  + " the root at boot.",
              "Remove the entry."));
    }
    List<String> shared =
        mounts.stream().map(Mount::point).filter(FstabCheck::isShared).distinct().toList();
    List<String> unneeded = shared.stream().filter(it -> !isForTukit(image, it)).toList();
    if (image.hasSystemd() && !unneeded.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.FSTAB,
              "its fstab has an entry for " + String.join(" and ", unneeded),
              List.of(FSTAB),
              "The boot menu mounts it from the system's own filesystem, but leaves it to an fstab"
                  + " that does: a machine without the device that is named there does not come"
                  + " up.",
              "Remove the entry, unless the image is for a boot loader that follows the default"
                  + " subvolume, which mounts nothing else."));
    }
    if (!image.hasSystemd() && !shared.contains("/var")) {
      findings.add(
          Finding.warning(
              LintRule.FSTAB,
              "nothing mounts /var: it has no systemd, and its fstab no entry for /var",
              List.of(),
              "The boot menu asks systemd for it. With another init the machine's /var stays"
                  + " unmounted, under a root that is read-only.",
              "Add the line: LABEL=SYSTEM /var btrfs subvol=@var 0 0"));
    }
    return findings;
  }

  /** tukit needs this one: {@link TukitCheck} asks for it. */
  private static boolean isForTukit(InspectedImage image, String point) {
    return point.equals("/var") && TukitCheck.isPresent(image);
  }

  private static boolean isShared(String point) {
    return point.equals("/var")
        || DeploymentLayout.SHARED_DIRECTORIES.stream().anyMatch(name -> point.equals("/" + name));
  }

  private static List<Mount> mounts(InspectedImage image) {
    return image.text(FSTAB).map(Fstab::of).map(Fstab::mountPoints).orElse(List.of()).stream()
        .map(Mount::new)
        .toList();
  }

  private record Mount(String point) {
    Mount {
      point = point.length() > 1 ? point.replaceFirst("/+$", "") : point;
    }
  }
}
