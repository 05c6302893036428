package io.github.containersnap.lint;

import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.List;

/** What the update itself would refuse. */
final class BootCheck implements LintCheck {
  @Override
  public List<Finding> findings(InspectedImage image) {
    return BootableCheck.assess(image.tree()).problems().stream()
        .map(
            problem ->
                Finding.error(
                    LintRule.BOOTABLE,
                    problem.what(),
                    List.of(),
                    "An update to the image is refused.",
                    problem.fix()))
        .toList();
  }
}
