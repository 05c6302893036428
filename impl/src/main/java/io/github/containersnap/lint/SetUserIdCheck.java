package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.List;

/** Programs that run as somebody else than who starts them. */
final class SetUserIdCheck implements LintCheck {
  private static final int SET_USER_ID = 04000;
  private static final List<String> PLACES =
      List.of("bin", "lib", "lib32", "lib64", "opt", "sbin", "usr");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    List<String> misplaced =
        image.paths((path, entry) -> isSetUserId(entry) && !InspectedImage.isWithin(PLACES, path));
    if (!misplaced.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.SET_USER_ID,
              "it has set-user-ID programs outside of /usr and /opt",
              misplaced,
              "Nobody looks for them there: what they allow goes unnoticed, and in a writable place"
                  + " no update replaces them.",
              "Move them to /usr, or take the bit away: RUN chmod u-s PATH"));
    }
    List<String> foreign =
        image.paths(
            (path, entry) ->
                isSetUserId(entry) && entry.uid() != 0 && InspectedImage.isWithin(PLACES, path));
    if (!foreign.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.SET_USER_ID,
              "it has set-user-ID programs that belong to another user than root",
              foreign,
              "An attacker who takes over that user can replace the program that others run, in"
                  + " every snapshot that is writable.",
              "Let them belong to root, or take the bit away: RUN chmod u-s PATH"));
    }
    return findings;
  }

  private static boolean isSetUserId(TreeEntry entry) {
    return entry.kind() == FileKind.FILE && (entry.mode() & SET_USER_ID) != 0;
  }
}
