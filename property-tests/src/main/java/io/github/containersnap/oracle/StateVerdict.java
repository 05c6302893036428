package io.github.containersnap.oracle;

import io.github.containersnap.loopback.state.CrashState;
import io.github.containersnap.properties.Verdict;

/**
 * A crash state and what the oracle says of it.
 *
 * @param state the state
 * @param verdict the verdict
 */
public record StateVerdict(CrashState state, Verdict verdict) {}
