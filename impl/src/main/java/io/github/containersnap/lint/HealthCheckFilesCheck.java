package io.github.containersnap.lint;

import io.github.containersnap.engine.health.CheckFolder;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the image's health checks can be run, and changed by root alone. */
final class HealthCheckFilesCheck implements LintCheck {
  private static final int EXECUTABLE = 0111;
  private static final int OTHERS_WRITE = 0002;
  private static final int GROUP_WRITES = 0020;

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    List<String> required = unusable(image, CheckFolder.REQUIRED);
    if (!required.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.HEALTH_CHECK,
              "required health checks cannot be run",
              required,
              "Each fails every boot: a machine that updates to the image falls back from it.",
              "Make them root's and executable: RUN chown root:root PATH && chmod 0755 PATH; or"
                  + " remove them."));
    }
    List<String> wanted = unusable(image, CheckFolder.WANTED);
    if (!wanted.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.HEALTH_CHECK,
              "wanted health checks cannot be run",
              wanted,
              "Each is reported as failed in every boot.",
              "Make them root's and executable: RUN chown root:root PATH && chmod 0755 PATH; or"
                  + " remove them."));
    }
    return findings;
  }

  private static List<String> unusable(InspectedImage image, CheckFolder folder) {
    return CheckFolder.PLACES.stream()
        .map(place -> place + "/" + folder)
        .flatMap(
            directory ->
                image.paths((path, entry) -> isUnusable(image, directory, path, entry)).stream())
        .toList();
  }

  private static boolean isUnusable(
      InspectedImage image, String directory, String path, TreeEntry entry) {
    if (path.equals(directory) || path.equals(parent(directory))) {
      return isOthers(entry); // health.d, or the folder in it
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!path.equals(directory + "/" + name) || !CheckFolder.isCheck(name) || isMask(entry)) {
      return false;
    }
    Optional<TreeEntry> program = image.tree().resolve(path).flatMap(image.tree()::get);
    return program.filter(HealthCheckFilesCheck::canRun).isEmpty();
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

  /** As {@code bless} refuses it. */
  private static boolean isOthers(TreeEntry entry) {
    boolean writable =
        (entry.mode() & OTHERS_WRITE) != 0
            || ((entry.mode() & GROUP_WRITES) != 0 && entry.gid() != 0);
    return entry.uid() != 0 || (entry.kind() != FileKind.SYMLINK && writable);
  }
}
