package io.github.containersnap.lint;

import io.github.containersnap.engine.health.CheckFolder;
import io.github.containersnap.engine.health.HookFolder;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the image's health checks and hooks can be run, and changed by root alone. */
final class DropInProgramsCheck implements LintCheck {
  private static final int EXECUTABLE = 0111;
  private static final int OTHERS_WRITE = 0002;
  private static final int GROUP_WRITES = 0020;
  private static final String FIX =
      "Make them root's and executable: RUN chown root:root PATH && chmod 0755 PATH; or remove"
          + " them.";

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    List<String> required = unusable(image, CheckFolder.PLACES, CheckFolder.REQUIRED.toString());
    if (!required.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.HEALTH_CHECK,
              "required health checks cannot be run",
              required,
              "Each fails every boot: a machine that updates to the image falls back from it.",
              FIX));
    }
    List<String> wanted = unusable(image, CheckFolder.PLACES, CheckFolder.WANTED.toString());
    if (!wanted.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.HEALTH_CHECK,
              "wanted health checks cannot be run",
              wanted,
              "Each is reported as failed in every boot.",
              FIX));
    }
    List<String> before = unusable(image, HookFolder.PLACES, HookFolder.BEFORE.toString());
    if (!before.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.UPDATE_HOOK,
              "hooks before an update cannot be run",
              before,
              "A machine that runs the image refuses every further update.",
              FIX));
    }
    List<String> after = unusable(image, HookFolder.PLACES, HookFolder.AFTER.toString());
    if (!after.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.UPDATE_HOOK,
              "hooks after an update cannot be run",
              after,
              "Each update warns of them, and does without.",
              FIX));
    }
    return findings;
  }

  /**
   * What cannot be run in a folder.
   *
   * @param places where it lies, the most important one first
   */
  private static List<String> unusable(InspectedImage image, List<String> places, String folder) {
    List<String> directories = places.stream().map(place -> place + "/" + folder).toList();
    return directories.stream()
        .flatMap(
            directory ->
                image
                    .paths(
                        (path, entry) ->
                            isUnusable(image, directory, path, entry)
                                && !isReplaced(image, directories, directory, path))
                    .stream())
        .toList();
  }

  /** Whether a more important place has a file, or a mask, of the same name. */
  private static boolean isReplaced(
      InspectedImage image, List<String> directories, String directory, String path) {
    return path.startsWith(directory + "/")
        && directories.subList(0, directories.indexOf(directory)).stream()
            .anyMatch(it -> image.tree().get(it + path.substring(directory.length())).isPresent());
  }

  private static boolean isUnusable(
      InspectedImage image, String directory, String path, TreeEntry entry) {
    if (path.equals(directory) || path.equals(parent(directory))) {
      return isOthers(entry); // health.d or hooks.d, or the folder in it
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!path.equals(directory + "/" + name) || !CheckFolder.isCheck(name) || isMask(entry)) {
      return false;
    }
    Optional<TreeEntry> program = image.tree().resolve(path).flatMap(image.tree()::get);
    return program.filter(DropInProgramsCheck::canRun).isEmpty();
  }

  private static String parent(String directory) {
    return directory.substring(0, directory.lastIndexOf('/'));
  }

  private static boolean isMask(TreeEntry entry) {
    return entry.kind() == FileKind.SYMLINK && entry.linkTarget().equals(CheckFolder.MASK);
  }

  private static boolean canRun(TreeEntry entry) {
    return entry.kind() == FileKind.FILE && (entry.mode() & EXECUTABLE) != 0 && !isOthers(entry);
  }

  /** As {@code bless} and {@code update} refuse it. */
  private static boolean isOthers(TreeEntry entry) {
    boolean writable =
        (entry.mode() & OTHERS_WRITE) != 0
            || ((entry.mode() & GROUP_WRITES) != 0 && entry.gid() != 0);
    return entry.uid() != 0 || (entry.kind() != FileKind.SYMLINK && writable);
  }
}
