package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.List;

/** What any user may change. */
final class WorldWritableCheck implements LintCheck {
  private static final int OTHERS_WRITE = 0002;
  private static final int STICKY = 01000;
  private static final List<String> WRITABLE = List.of("etc", "home", "root", "srv");

  /** Other filesystems are mounted over these. */
  private static final List<String> COVERED = List.of("dev", "proc", "run", "sys", "var");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    List<String> atOnce =
        image.paths((path, entry) -> isOpen(entry) && InspectedImage.isWithin(WRITABLE, path));
    if (!atOnce.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.WORLD_WRITABLE,
              "any user may write to files or directories of a writable place",
              atOnce,
              "Any user, and any service that was broken into, can change what the system"
                  + " trusts.",
              "Take the permission away: RUN chmod o-w PATH, or o+t for a directory that is meant"
                  + " to be open."));
    }
    List<String> later =
        image.paths(
            (path, entry) ->
                isOpen(entry)
                    && !InspectedImage.isWithin(WRITABLE, path)
                    && !InspectedImage.isWithin(COVERED, path));
    if (!later.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.WORLD_WRITABLE,
              "any user may write to files or directories",
              later,
              "The read-only root protects them only until somebody works in a snapshot.",
              "Take the permission away: RUN chmod o-w PATH, or o+t for a directory that is meant"
                  + " to be open."));
    }
    return findings;
  }

  private static boolean isOpen(TreeEntry entry) {
    boolean sticky = entry.kind() == FileKind.DIRECTORY && (entry.mode() & STICKY) != 0;
    return entry.kind() != FileKind.SYMLINK && (entry.mode() & OTHERS_WRITE) != 0 && !sticky;
  }
}
