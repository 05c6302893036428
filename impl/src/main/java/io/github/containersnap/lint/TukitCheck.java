package io.github.containersnap.lint;

import io.github.containersnap.engine.bootable.BootTree;
import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands in tukit's way, if the image has tukit. An update adds {@code /.snapshots} and the
 * fstab's entry for /var where they are missing; this names what it cannot mend.
 */
final class TukitCheck implements LintCheck {
  private static final String CONFIGURATION = "etc/tukit.conf.d/50-container-snap.conf";
  private static final String PLUGIN = "usr/lib/tukit/plugins/container-snap";

  /** Whether a machine that runs {@code image} has transactions of tukit. */
  static boolean isPresent(InspectedImage image) {
    return TukitNeeds.existIn(BootTree.of(image.tree()));
  }

  @Override
  public List<Finding> findings(InspectedImage image) {
    if (!isPresent(image)) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    if (isOtherThan(FileKind.DIRECTORY, image.tree().get(TukitNeeds.SNAPSHOTS))) {
      findings.add(
          Finding.warning(
              LintRule.TUKIT,
              "it has tukit, and /.snapshots is not a directory",
              List.of(TukitNeeds.SNAPSHOTS),
              "tukit binds this directory into each transaction and fails without it.",
              "Remove it: an update makes the directory."));
    }
    if (isOtherThan(FileKind.FILE, image.tree().get(TukitNeeds.FSTAB))
        && image.text(TukitNeeds.FSTAB).map(Fstab::of).filter(it -> it.mounts("/var")).isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.TUKIT,
              "it has tukit, and its fstab is neither a regular file nor mounts /var",
              List.of(TukitNeeds.FSTAB),
              "tukit reads the fstab to learn that /var is not part of a snapshot. An update adds"
                  + " the entry to a regular file only.",
              "Make it a regular file, or remove it."));
    }
    if (!image.has(CONFIGURATION) || !image.has(PLUGIN)) {
      findings.add(
          Finding.warning(
              LintRule.TUKIT,
              "it has tukit without container-snap's configuration and plugin for it",
              List.of(CONFIGURATION, PLUGIN),
              "Without the first, /opt is read-only in a transaction. Without the second,"
                  + " `tukit --discard` drops a transaction that changed only /etc.",
              "Install the container-snap package whole."));
    }
    return findings;
  }

  private static boolean isOtherThan(FileKind kind, Optional<TreeEntry> entry) {
    return entry.filter(it -> it.kind() != kind).isPresent();
  }
}
