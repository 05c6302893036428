package io.github.containersnap.harness.property;

/**
 * A property that does not hold, and why.
 *
 * @param property the property
 * @param text what was seen, as a sentence without its full stop
 */
public record Violation(Property property, String text) {}
