package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.List;
import java.util.stream.Stream;

/** An image for another operating system or processor than what it is meant for. */
final class ArchitectureCheck implements LintCheck {
  @Override
  public List<Finding> findings(InspectedImage image) {
    return Stream.concat(os(image).stream(), architecture(image).stream()).toList();
  }

  private static List<Finding> os(InspectedImage image) {
    if (image.os().isEmpty() || image.os().equals("linux")) {
      return List.of();
    }
    return List.of(
        Finding.error(
            LintRule.ARCHITECTURE,
            "the operating system it says it is for is %s, not linux".formatted(image.os()),
            List.of(),
            "An update to the image is refused.",
            "Build it for linux."));
  }

  private static List<Finding> architecture(InspectedImage image) {
    if (image.architecture().equals(image.wantedArchitecture())) {
      return List.of();
    }
    String said = image.architecture().isEmpty() ? "none" : image.architecture();
    return List.of(
        Finding.error(
            LintRule.ARCHITECTURE,
            "the architecture it says it is for is %s, not %s"
                .formatted(said, image.wantedArchitecture()),
            List.of(),
            "An update to the image is refused: its kernel would not start.",
            "Build it for %s, or, if it is for other machines than this, say so: lint --arch %s"
                .formatted(
                    image.wantedArchitecture(),
                    image.architecture().isEmpty() ? "ARCH" : image.architecture())));
  }
}
