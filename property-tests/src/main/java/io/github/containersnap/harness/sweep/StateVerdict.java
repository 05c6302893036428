package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.loopback.crash.CrashState;

/**
 * A crash state and what the oracle says of it.
 *
 * @param state the state
 * @param verdict the verdict
 */
public record StateVerdict(CrashState state, Verdict verdict) {}
