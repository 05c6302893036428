package io.github.containersnap.lint;

import java.util.List;

/** An image for another processor than the one it is meant for. */
final class ArchitectureCheck implements Check {
  @Override
  public List<Finding> findings(InspectedImage image) {
    if (image.architecture().equals(image.wantedArchitecture())) {
      return List.of();
    }
    String said = image.architecture().isEmpty() ? "none" : image.architecture();
    return List.of(
        Finding.error(
            Rule.ARCHITECTURE,
            "the architecture it says it is for is %s, not %s"
                .formatted(said, image.wantedArchitecture()),
            List.of(),
            "A kernel of another architecture does not start; the machine falls back.",
            "Build it for %s, or, if it is for other machines than this, say so: lint --arch %s"
                .formatted(
                    image.wantedArchitecture(),
                    image.architecture().isEmpty() ? "ARCH" : image.architecture())));
  }
}
