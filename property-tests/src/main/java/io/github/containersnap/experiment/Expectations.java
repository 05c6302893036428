package io.github.containersnap.experiment;

import io.github.containersnap.tree.TreeManifest;

/** What the two systems look like when nothing goes wrong. */
public sealed interface Expectations permits DeploymentExpectations, RootExpectations {
  /** What the machine's owner keeps in /var. */
  TreeManifest var();
}
