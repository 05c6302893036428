package io.github.containersnap.harness.experiment;

/** What the two systems look like when nothing goes wrong. */
public sealed interface SystemExpectations
    permits DeploymentExpectations, RootExpectations, TransitionExpectations {}
