package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.List;
import java.util.Set;

/** Directories that every service has to pass and cannot: a layer made of {@code mktemp -d}. */
final class ClosedDirectoryCheck implements LintCheck {
  private static final int OTHERS_ENTER = 0001;
  private static final String ROOT = "";

  /** On the way to programs, libraries and settings. */
  private static final Set<String> PASSED =
      Set.of(
          ROOT,
          "etc",
          "usr",
          "usr/bin",
          "usr/lib",
          "usr/lib64",
          "usr/libexec",
          "usr/sbin",
          "usr/share");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<String> closed =
        image.paths((path, entry) -> PASSED.contains(path) && isClosed(entry)).stream()
            .map(path -> path.equals(ROOT) ? "/" : path)
            .toList();
    return closed.isEmpty()
        ? List.of()
        : List.of(
            Finding.error(
                LintRule.CLOSED_DIRECTORY,
                "only root or its group may enter directories that everybody has to pass",
                closed,
                "No service that runs as another user starts, and nobody else can log in.",
                "Open them: RUN chmod 0755 / /usr; or give the directory that the layer is made"
                    + " of the mode 0755 before it is packed (mktemp -d makes it 0700)."));
  }

  private static boolean isClosed(TreeEntry entry) {
    return entry.kind() == FileKind.DIRECTORY && (entry.mode() & OTHERS_ENTER) == 0;
  }
}
