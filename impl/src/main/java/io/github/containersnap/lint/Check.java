package io.github.containersnap.lint;

import java.util.List;

/** One idea of what an image should be like. */
@FunctionalInterface
interface Check {
  /** What is not like that; empty if all is. */
  List<Finding> findings(InspectedImage image);
}
