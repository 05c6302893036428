package io.github.containersnap.engine;

/**
 * Something that keeps a tree from being booted.
 *
 * @param what it is, a sentence part such as "it has no kernel"
 * @param fix what whoever builds the image does about it, as a sentence
 */
public record BootProblem(String what, String fix) {}
