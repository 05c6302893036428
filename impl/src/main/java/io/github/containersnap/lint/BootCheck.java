package io.github.containersnap.lint;

import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.lint.model.Check;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.Rule;
import java.util.List;

/** What the update itself would refuse. */
final class BootCheck implements Check {
  @Override
  public List<Finding> findings(InspectedImage image) {
    return BootableCheck.assess(image.tree()).problems().stream()
        .map(
            problem ->
                Finding.error(
                    Rule.BOOTABLE,
                    problem.what(),
                    List.of(),
                    "An update to the image is refused.",
                    problem.fix()))
        .toList();
  }
}
