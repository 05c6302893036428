package io.github.containersnap.lint.model;

import java.util.List;

/** One idea of what an image should be like. */
@FunctionalInterface
public interface LintCheck {
  /** What is not like that; empty if all is. */
  List<Finding> findings(InspectedImage image);
}
