package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.oracle.Observation;

/**
 * A class of crash states in which everything that the filesystem refers to is equal.
 *
 * @param name tells classes of one sweep apart
 * @param observation what was seen of the one that was examined
 */
public record SweptClass(String name, Observation observation) {}
