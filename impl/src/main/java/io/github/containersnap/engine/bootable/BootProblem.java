package io.github.containersnap.engine.bootable;

/**
 * Something that keeps a tree from being booted.
 *
 * @param what it is, a sentence part such as "it has no kernel"
 * @param fix what the builder of the image does about it, as a sentence
 */
public record BootProblem(String what, String fix) {}
