package io.github.containersnap.lint;

import io.github.containersnap.engine.Fstab;
import java.util.ArrayList;
import java.util.List;

/** What tukit needs in a root that nobody can write to, if the image has tukit. */
final class TukitCheck implements Check {
  private static final List<String> PROGRAMS =
      List.of("usr/sbin/tukit", "usr/bin/tukit", "usr/sbin/tukitd", "usr/libexec/tukitd");

  /** tukit binds it into each transaction, from the running root. */
  private static final String SNAPSHOTS = ".snapshots";

  private static final String CONFIGURATION = "etc/tukit.conf.d/50-container-snap.conf";
  private static final String PLUGIN = "usr/lib/tukit/plugins/container-snap";

  /** Whether a machine that runs {@code image} has transactions of tukit. */
  static boolean isPresent(InspectedImage image) {
    return PROGRAMS.stream().anyMatch(image::has);
  }

  @Override
  public List<Finding> findings(InspectedImage image) {
    if (!isPresent(image)) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    if (!image.has(SNAPSHOTS)) {
      findings.add(
          Finding.warning(
              Rule.TUKIT,
              "it has tukit without /.snapshots",
              List.of(),
              "tukit binds this directory into each transaction and fails without it. Nobody can"
                  + " make it on a machine: the root is read-only.",
              "Make the directory in the image: mkdir -m 0750 /.snapshots"));
    }
    if (image.text("etc/fstab").map(Fstab::of).filter(it -> it.mounts("/var")).isEmpty()) {
      findings.add(
          Finding.warning(
              Rule.TUKIT,
              "it has tukit without an entry for /var in its fstab",
              List.of("etc/fstab"),
              "tukit reads the fstab to learn that /var is not part of a snapshot. Without an entry"
                  + " a transaction does not see the machine's /var, and without a file tukit"
                  + " fails.",
              "Add the line: LABEL=SYSTEM /var btrfs subvol=@var 0 0"));
    }
    if (!image.has(CONFIGURATION) || !image.has(PLUGIN)) {
      findings.add(
          Finding.warning(
              Rule.TUKIT,
              "it has tukit without container-snap's configuration and plugin for it",
              List.of(CONFIGURATION, PLUGIN),
              "Without the first, /opt is read-only in a transaction. Without the second,"
                  + " `tukit --discard` drops a transaction that changed only /etc.",
              "Install the container-snap package whole."));
    }
    return findings;
  }
}
