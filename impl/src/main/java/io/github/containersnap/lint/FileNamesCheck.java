package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.List;
import java.util.regex.Pattern;

/** Names that break whatever reads lists of files line by line. */
final class FileNamesCheck implements LintCheck {
  /** Control characters as {@link io.github.containersnap.linux.EscapedBytes} writes them. */
  private static final Pattern CONTROL = Pattern.compile("%(?:[01][0-9A-F]|7F|C2%[89][0-9A-F])");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<String> names =
        image.paths((path, entry) -> path.indexOf('%') >= 0 && CONTROL.matcher(path).find());
    return names.isEmpty()
        ? List.of()
        : List.of(
            Finding.warning(
                LintRule.CONTROL_CHARACTER,
                "it has file names with newlines or other control characters",
                names,
                "Scripts that read lists of files take one for two, and terminals obey them.",
                "Rename them; here they are written as %HH."));
  }
}
